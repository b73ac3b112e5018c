#include "models/nearest_neighbours.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/graph.h"
#include "autograd/nan_guard.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/reduce.h"
#include "autograd/threads.h"

namespace tandem::models {
namespace {

Tensor as_doubles(const Tensor& x) {
  const Tensor doubles = x.to(DType::float64);
  return x.dtype() == DType::uint8 ? doubles / 255 : doubles;
}

/// |a_i - b_j|^2 = |a_i|^2 + |b_j|^2 - 2 a_i b_j, and 0 where it is no larger than rounding makes it for equal rows.
/// float64 [n, d], [m, d] -> [n, m]
Tensor squared_distances(const Tensor& a, const Tensor& b) {
  constexpr double rounding = 1e-12;
  Tensor distances = matmul(a, transposed(b));
  const Tensor of_a = sum(square(a), {1}), of_b = sum(square(b), {1});
  const double *aa = of_a.data<double>(), *bb = of_b.data<double>();
  double* const d = distances.mutable_data<double>();
  const Index m = b.dim(0);
  parallel_for(a.dim(0), 16, [=](Index begin, Index end) {
    for (Index i = begin; i < end; ++i)
      for (Index j = 0; j < m; ++j) {
        const double squares = aa[i] + bb[j], distance = squares - 2 * d[i * m + j];
        d[i * m + j] = distance < rounding * squares ? 0 : distance;
      }
  });
  return distances;
}

/// The k nearest, with squared distances.
Neighbours nearest_squared(const Tensor& queries, const Tensor& references, Index k) {
  const Index n = queries.dim(0), m = references.dim(0);
  constexpr Index block = 2000;  // references at a time, so that bytes need not all become doubles at once
  // The best so far of each query, as a heap, the farthest on top. A distance that is NaN is less than none of them.
  std::vector<std::pair<double, Index>> best(static_cast<std::size_t>(n * k), {HUGE_VAL, 0});
  const Tensor q = as_doubles(queries);
  for (Index begin = 0; begin < m; begin += block) {
    const Index count = std::min(block, m - begin);
    const Tensor distances = squared_distances(q, as_doubles(references.rows(begin, begin + count)));
    const double* all = distances.data<double>();
    parallel_for(n, 16, [&](Index from, Index to) {
      for (Index i = from; i < to; ++i) {
        const auto first = best.begin() + i * k, last = first + k;
        for (Index j = 0; j < count; ++j) {
          const std::pair<double, Index> found{all[i * count + j], begin + j};
          if (!(found < *first)) continue;
          std::pop_heap(first, last);
          last[-1] = found;
          std::push_heap(first, last);
        }
      }
    });
  }
  Neighbours result{Tensor({n, k}, DType::int64), Tensor({n, k}, DType::float64)};
  auto* index = result.indices.mutable_data<std::int64_t>();
  auto* distance = result.distances.mutable_data<double>();
  for (auto row = best.begin(); row != best.end(); row += k) {
    std::sort_heap(row, row + k);
    for (auto found = row; found != row + k; ++found) {
      *distance++ = found->first;
      *index++ = found->second;
    }
  }
  return result;
}

/// Squared distance of each row to the k-th nearest other one.
std::vector<double> squared_radii(const Tensor& x, Index k) {
  const Neighbours near = nearest_squared(x, x, k + 1);  // the row itself comes first, at distance 0
  std::vector<double> radii;
  for (Index i = 0; i < x.dim(0); ++i) radii.push_back(near.distances.data<double>()[i * (k + 1) + k]);
  return radii;
}

/// Share of the rows of x inside a ball around some row of `centres`.
double covered(const Tensor& x, const Tensor& centres, const std::vector<double>& squared_radii) {
  constexpr Index block = 2000;  // rows of x at a time, for memory
  Index inside = 0;
  for (Index begin = 0; begin < x.dim(0); begin += block) {
    const Tensor rows = x.rows(begin, std::min(begin + block, x.dim(0)));
    const Tensor distances = squared_distances(rows, centres);
    const double* d = distances.data<double>();
    for (Index i = 0; i < rows.dim(0); ++i, d += centres.dim(0))
      inside += std::equal(d, d + centres.dim(0), squared_radii.begin(), std::greater<>()) ? 0 : 1;
  }
  return static_cast<double>(inside) / static_cast<double>(x.dim(0));
}

/// A NaN would be near to everything.
void require_finite(const char* caller, const char* name, const Tensor& x) {
  if (!all_finite(x)) throw_value_error(caller, std::string(name) + " holds a NaN or an infinity");
}

}  // namespace

Neighbours nearest(const Tensor& queries, const Tensor& references, Index k) {
  require(queries.rank() == 2 && references.rank() == 2 && queries.dim(1) == references.dim(1), "nearest",
          "queries is [n, d] and references [m, d]", {{"queries", queries}, {"references", references}});
  const Index m = references.dim(0);
  if (k < 1 || k > m) throw_value_error("nearest", std::to_string(k) + " neighbours of " + std::to_string(m));
  require_finite("nearest", "queries", queries);
  require_finite("nearest", "references", references);
  const NoGrad no_grad;
  Neighbours result = nearest_squared(queries, references, k);
  double* const distance = result.distances.mutable_data<double>();
  std::transform(distance, distance + result.distances.size(), distance, [](double d) { return std::sqrt(d); });
  return result;
}

PrecisionRecall precision_recall(const Tensor& real, const Tensor& samples, Index k) {
  if (k < 1) throw_value_error("precision_recall", "k is " + std::to_string(k), "at least 1");
  require(
      real.rank() == 2 && samples.rank() == 2 && real.dim(1) == samples.dim(1) && real.dim(0) > k && samples.dim(0) > k,
      "precision_recall", "real is [n, d] and samples [m, d], n and m above k", {{"real", real}, {"samples", samples}});
  require_finite("precision_recall", "real", real);
  require_finite("precision_recall", "samples", samples);
  const NoGrad no_grad;
  const Tensor r = real.to(DType::float64), s = samples.to(DType::float64);
  return {.precision = covered(s, r, squared_radii(r, k)), .recall = covered(r, s, squared_radii(s, k))};
}

}  // namespace tandem::models
