#include "models/principal_components.h"

#include "autograd/eigen.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/reduce.h"
#include "models/symmetric_eigen.h"

namespace tandem::models {

Tensor principal_components(const Tensor& points, Index count) {
  require(points.rank() == 2 && points.dim(0) >= 1, "principal_components", "points is [n, d], n at least 1",
          {{"points", points}});
  if (count < 1 || count > points.dim(1))
    throw_value_error("principal_components",
                      std::to_string(count) + " of " + std::to_string(points.dim(1)) + " components");
  const NoGrad no_grad;
  const Tensor x = points.to(DType::float64), centred = x - mean(x, {0}, true);
  const SymmetricEigen of = symmetric_eigen(matmul(transposed(centred), centred).matrix<double>());
  return matmul(centred, from_eigen(of.vectors.rightCols(count).rowwise().reverse()));
}

}  // namespace tandem::models
