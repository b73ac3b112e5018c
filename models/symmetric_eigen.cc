#include "models/symmetric_eigen.h"

#include <Eigen/Eigenvalues>

namespace tandem::models {

SymmetricEigen symmetric_eigen(const Eigen::MatrixXd& matrix) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> of(matrix);
  return {of.eigenvalues(), of.eigenvectors()};
}

}  // namespace tandem::models
