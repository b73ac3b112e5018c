#include "models/frechet.h"

#include "autograd/eigen.h"
#include "models/symmetric_eigen.h"

namespace tandem::models {
namespace {

struct Gaussian {
  Eigen::RowVectorXd mean;
  Eigen::MatrixXd covariance;
};

Gaussian fit(const Tensor& features) {
  const Eigen::MatrixXd x = features.to(DType::float64).matrix<double>();
  Gaussian g;
  g.mean = x.colwise().mean();
  const Eigen::MatrixXd centred = x.rowwise() - g.mean;
  g.covariance = centred.transpose() * centred / static_cast<double>(x.rows() - 1);
  return g;
}

/// Square roots of the eigenvalues of a matrix that is positive semidefinite up to rounding: negative ones count as 0.
Eigen::VectorXd roots(const Eigen::VectorXd& eigenvalues) { return eigenvalues.cwiseMax(0).cwiseSqrt(); }

}  // namespace

double frechet_distance(const Tensor& a, const Tensor& b) {
  require(a.rank() == 2 && b.rank() == 2 && a.dim(1) == b.dim(1) && a.dim(0) > 1 && b.dim(0) > 1, "frechet_distance",
          "a is [n, d] and b [m, d], n and m at least 2", {{"a", a}, {"b", b}});
  const Gaussian p = fit(a.detach()), q = fit(b.detach());
  const SymmetricEigen of_p = symmetric_eigen(p.covariance);
  const Eigen::MatrixXd root = of_p.vectors * roots(of_p.values).asDiagonal() * of_p.vectors.transpose();
  const SymmetricEigen of_product = symmetric_eigen(root * q.covariance * root);
  const double distance = (p.mean - q.mean).squaredNorm() + p.covariance.trace() + q.covariance.trace() -
                          2 * roots(of_product.values).sum();
  return std::max(distance, 0.0);
}

}  // namespace tandem::models
