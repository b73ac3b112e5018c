#include "nn/bags.h"

#include <algorithm>

#include "autograd/ops/index.h"

namespace tandem::nn {
namespace {

Bags with_room(Index n, Index entries) {
  Bags bags{Tensor({entries}, DType::int64), Tensor({n + 1}, DType::int64), Tensor({entries}, DType::float32)};
  bags.offsets.mutable_data<std::int64_t>()[0] = 0;
  return bags;
}

void require_parts(const char* operation, const Bags& bags) {
  const Arguments parts = {{"indices", bags.indices}, {"offsets", bags.offsets}, {"weights", bags.weights}};
  require_defined(operation, parts);
  require(bags.indices.rank() == 1 && bags.weights.shape() == bags.indices.shape() && bags.offsets.rank() == 1 &&
              bags.offsets.size() > 0,
          operation, "indices and weights are [m], offsets [n + 1]", parts);
}

}  // namespace

void Bags::check(Index columns) const {
  require_parts("Bags::check", *this);
  require_offsets("Bags::check", offsets, indices.size());
  require_indices("Bags::check", indices, columns);
  if (weights.dtype() != DType::float32)
    throw_dtype_error("Bags::check", "weights are float32", {{"weights", weights}});
}

Bags Bags::subset(std::span<const Index> rows) const {
  require_parts("Bags::subset", *this);
  const std::int64_t* offset = offsets.data<std::int64_t>();
  Index entries = 0;
  for (const Index row : rows) {
    if (row < 0 || row >= size())
      throw_value_error("Bags::subset",
                        "row " + std::to_string(row) + " lies outside [0, " + std::to_string(size()) + ")");
    // Only the rows that are copied are checked: a small batch of many rows must cost little.
    if (offset[row] < 0 || offset[row] > offset[row + 1] || offset[row + 1] > indices.size())
      throw_value_error("Bags::subset", "the offsets of row " + std::to_string(row) + " are " +
                                            std::to_string(offset[row]) + " and " + std::to_string(offset[row + 1]) +
                                            " among " + std::to_string(indices.size()) + " indices");
    entries += offset[row + 1] - offset[row];
  }
  Bags chosen = with_room(static_cast<Index>(rows.size()), entries);
  std::int64_t *index = chosen.indices.mutable_data<std::int64_t>(), *end = chosen.offsets.mutable_data<std::int64_t>();
  float* weight = chosen.weights.mutable_data<float>();
  for (const Index row : rows) {
    const Index begin = offset[row], count = offset[row + 1] - begin;
    std::copy_n(indices.data<std::int64_t>() + begin, count, index + *end);
    std::copy_n(weights.data<float>() + begin, count, weight + *end);
    end[1] = end[0] + count;
    ++end;
  }
  return chosen;
}

Bags make_bags(std::span<const Bag> rows) {
  Index entries = 0;
  for (const Bag& row : rows) entries += static_cast<Index>(row.size());
  Bags bags = with_room(static_cast<Index>(rows.size()), entries);
  std::int64_t *index = bags.indices.mutable_data<std::int64_t>(), *end = bags.offsets.mutable_data<std::int64_t>();
  float* weight = bags.weights.mutable_data<float>();
  for (const Bag& row : rows) {
    for (const auto& [column, value] : row) {
      *index++ = column;
      *weight++ = value;
    }
    end[1] = end[0] + static_cast<Index>(row.size());
    ++end;
  }
  return bags;
}

}  // namespace tandem::nn
