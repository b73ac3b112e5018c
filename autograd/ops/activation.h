#pragma once

#include "autograd/tensor.h"

namespace tandem {

// Elementwise nonlinearities. x is float32 or float64, of any shape, and y has the same shape and type.
// @throws DTypeError for integers

/// max(x, 0); gradient 0 at 0.
Tensor relu(Tensor x);
/// x where x > 0, else slope * x.
Tensor leaky_relu(const Tensor& x, double slope = 0.01);
/// x where x > 0, else alpha * (e^x - 1).  Clevert et al. 2015, arXiv:1511.07289, equation 15.
Tensor elu(const Tensor& x, double alpha = 1);

enum class Gelu { exact, tanh };
/// x Phi(x) with Phi the normal distribution function, or its approximation by tanh.
/// Hendrycks & Gimpel 2016, arXiv:1606.08415, section 2.
Tensor gelu(const Tensor& x, Gelu form = Gelu::exact);
/// x sigmoid(x), also known as swish.  Elfwing et al. 2017, arXiv:1702.03118.
Tensor silu(const Tensor& x);
/// (e^x - e^-x) / (e^x + e^-x), in [-1, 1]
Tensor tanh(Tensor x);
/// 1 / (1 + e^-x)
Tensor sigmoid(Tensor x);
/// log(1 + e^x), without overflow.
Tensor softplus(const Tensor& x);

}  // namespace tandem
