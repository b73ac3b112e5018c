#pragma once

#include <Eigen/Core>

namespace tandem::models {

/// A = V diag(values) V^T for a symmetric matrix A [d, d], float64.
struct SymmetricEigen {
  Eigen::VectorXd values;   ///< [d], ascending
  Eigen::MatrixXd vectors;  ///< V [d, d]: orthonormal columns, in the order of the values
};
/// @param matrix  only its lower triangle is read
SymmetricEigen symmetric_eigen(const Eigen::MatrixXd& matrix);

}  // namespace tandem::models
