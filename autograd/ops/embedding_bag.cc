#include "autograd/ops/embedding_bag.h"

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/map.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"

namespace tandem {
namespace {

void check(const Tensor& table, const Tensor& indices, const Tensor& offsets, const Tensor& weights) {
  const char* op = "embedding_bag";
  require_defined(op, {{"table", table}, {"indices", indices}, {"offsets", offsets}, {"weights", weights}});
  require(table.rank() == 2 && indices.rank() == 1 && offsets.rank() == 1 && weights.shape() == indices.shape(), op,
          "table is [rows, d], indices and weights [m], offsets [n + 1]",
          {{"table", table}, {"indices", indices}, {"offsets", offsets}, {"weights", weights}});
  require_floating(op, {{"table", table}, {"weights", weights}});
  require_offsets(op, offsets, indices.size());
  require_indices(op, indices, table.dim(0));
}

/// For each entry, the number of its bag.
Tensor bag_of_entries(const Tensor& offsets, Index entries) {
  Tensor bags({entries}, DType::int64);
  const std::int64_t* offset = offsets.data<std::int64_t>();
  std::int64_t* bag = bags.mutable_data<std::int64_t>();
  for (Index b = 0; b + 1 < offsets.size(); ++b) std::fill(bag + offset[b], bag + offset[b + 1], b);
  return bags;
}

/// The bags as the rows see them: row r is in the bags bags[offsets[r]] ..., by the entries entries[...].
struct Transposed {
  Tensor bags, offsets, entries;
};

/// A counting sort. It is stable and so fixes the order in which gradients are summed.
Transposed transpose_bags(const Tensor& indices, const Tensor& offsets, Index rows) {
  const Index m = indices.size();
  const Tensor bag_of = bag_of_entries(offsets, m);
  Transposed t{Tensor({m}, DType::int64), zeros({rows + 1}, DType::int64), Tensor({m}, DType::int64)};
  const std::int64_t* index = indices.data<std::int64_t>();
  const std::int64_t* bag = bag_of.data<std::int64_t>();
  std::int64_t* end = t.offsets.mutable_data<std::int64_t>();
  for (Index j = 0; j < m; ++j) ++end[index[j] + 1];
  for (Index r = 0; r < rows; ++r) end[r + 1] += end[r];
  std::vector<std::int64_t> next(end, end + rows);
  std::int64_t *bags = t.bags.mutable_data<std::int64_t>(), *entries = t.entries.mutable_data<std::int64_t>();
  for (Index j = 0; j < m; ++j) {
    const std::int64_t place = next[static_cast<std::size_t>(index[j])]++;
    bags[place] = bag[j];
    entries[place] = j;
  }
  return t;
}

template <class T>
void sum_bags(const T* table, Index d, const std::int64_t* index, const std::int64_t* offset, const T* weight, Index n,
              T* y) {
  const Index entries_a_bag = n > 0 ? offset[n] / n + 1 : 1;
  parallel_for(n, std::max<Index>(1, kernels::map_grain / (entries_a_bag * d + 1)), [=](Index begin, Index end) {
    for (Index b = begin; b < end; ++b) {
      T* sum = y + b * d;
      std::fill_n(sum, d, T(0));
      for (std::int64_t j = offset[b]; j < offset[b + 1]; ++j) {
        const T* row = table + index[j] * d;
        for (Index i = 0; i < d; ++i) sum[i] += weight[j] * row[i];
      }
    }
  });
}

/// The op without its checks.
Tensor unchecked_embedding_bag(const Tensor& table, const Tensor& indices, const Tensor& offsets,
                               const Tensor& weights) {
  Tensor y({offsets.size() - 1, table.dim(1)}, table.dtype());
  dispatch(table.dtype(), [&]<class T>(T) {
    sum_bags(table.data<T>(), table.dim(1), indices.data<std::int64_t>(), offsets.data<std::int64_t>(),
             weights.data<T>(), y.dim(0), y.mutable_data<T>());
  });
  return record(
      "embedding_bag", {table, weights}, std::move(y),
      [i = Saved(indices), o = Saved(offsets), rows = table.dim(0), w = Saved(weights)](const Tensor& dy) {
        const Transposed t = transpose_bags(*i, *o, rows);
        return unchecked_embedding_bag(dy, t.bags, t.offsets, gather_rows(*w, t.entries));
      },
      [i = Saved(indices), o = Saved(offsets), t = Saved(table)](const Tensor& dy) {
        return sum(gather_rows(dy, bag_of_entries(*o, i->size())) * gather_rows(*t, *i), {1});
      });
}

}  // namespace

Tensor embedding_bag(const Tensor& table, const Tensor& indices, const Tensor& offsets, const Tensor& weights) {
  check(table, indices, offsets, weights);
  return unchecked_embedding_bag(table, indices, offsets, weights);
}

}  // namespace tandem
