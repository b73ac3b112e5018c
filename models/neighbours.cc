#include "models/neighbours.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/threads.h"

namespace tandem::models {
namespace {

Tensor as_doubles(const Tensor& x) {
  const Tensor doubles = x.to(DType::float64);
  return x.dtype() == DType::uint8 ? doubles / 255 : doubles;
}

/// |a_i - b_j|^2.  float64 [n, d], [m, d] -> [n, m]
Tensor squared_distances(const Tensor& a, const Tensor& b) {
  const Tensor products = matmul(a, transposed(b));
  return clamp(sum(square(a), {1}, true) + sum(square(b), {1}) - 2 * products, 0, HUGE_VAL);
}

/// Squared distance of each row to the k-th nearest other one.
std::vector<double> squared_radii(const Tensor& x, Index k) {
  const Neighbours near = nearest(x, x, k + 1);  // the row itself comes first, at distance 0
  std::vector<double> radii;
  for (Index i = 0; i < x.dim(0); ++i) {
    const double radius = near.distances.data<double>()[i * (k + 1) + k];
    radii.push_back(radius * radius);
  }
  return radii;
}

/// Share of the rows of x inside a ball around some row of `centres`.
double covered(const Tensor& x, const Tensor& centres, const std::vector<double>& squared_radii) {
  const Tensor distances = squared_distances(x, centres);
  const double* d = distances.data<double>();
  Index inside = 0;
  for (Index i = 0; i < x.dim(0); ++i, d += centres.dim(0))
    inside += std::equal(d, d + centres.dim(0), squared_radii.begin(), std::greater<>()) ? 0 : 1;
  return static_cast<double>(inside) / static_cast<double>(x.dim(0));
}

}  // namespace

namespace {

/// A NaN would be near to everything.
void require_finite(const char* caller, const char* name, const Tensor& x) {
  if (!is_floating(x.dtype())) return;
  const std::vector<double> values = x.to_vector<double>();
  if (!std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); }))
    throw_value_error(caller, std::string(name) + " holds a NaN or an infinity");
}

}  // namespace

Neighbours nearest(const Tensor& queries, const Tensor& references, Index k) {
  require(queries.rank() == 2 && references.rank() == 2 && queries.dim(1) == references.dim(1), "nearest",
          "queries is [n, d] and references [m, d]", {{"queries", queries}, {"references", references}});
  const Index n = queries.dim(0), m = references.dim(0);
  if (k < 1 || k > m) throw_value_error("nearest", std::to_string(k) + " neighbours of " + std::to_string(m));
  require_finite("nearest", "queries", queries);
  require_finite("nearest", "references", references);
  const NoGrad no_grad;
  constexpr Index block = 2000;  // references at a time, so that bytes need not all become doubles at once
  using Found = std::vector<std::pair<double, Index>>;
  std::vector<Found> best(static_cast<std::size_t>(n));
  const Tensor q = as_doubles(queries);
  for (Index begin = 0; begin < m; begin += block) {
    const Index count = std::min(block, m - begin);
    const Tensor distances = squared_distances(q, as_doubles(references.rows(begin, begin + count)));
    const double* all = distances.data<double>();
    parallel_for(n, 16, [&](Index from, Index to) {
      for (Index i = from; i < to; ++i) {
        Found& found = best[static_cast<std::size_t>(i)];
        for (Index j = 0; j < count; ++j) found.emplace_back(all[i * count + j], begin + j);
        const auto end = found.begin() + std::min<Index>(k, static_cast<Index>(found.size()));
        std::partial_sort(found.begin(), end, found.end());
        found.erase(end, found.end());
      }
    });
  }
  Neighbours result{Tensor({n, k}, DType::int64), Tensor({n, k}, DType::float64)};
  auto* place = result.places.mutable_data<std::int64_t>();
  auto* distance = result.distances.mutable_data<double>();
  for (const Found& found : best)
    for (const auto& [squared, j] : found) {
      *place++ = j;
      *distance++ = std::sqrt(squared);
    }
  return result;
}

PrecisionRecall precision_recall(const Tensor& real, const Tensor& samples, Index k) {
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
