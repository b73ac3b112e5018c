#pragma once

#include "autograd/random.h"

namespace tandem::nn::init {

// Initial values of weights. All functions overwrite a tensor in place, unrecorded, and return it; `x` is
// [out, in] or, for convolutions, [out, in, ...], float32 or float64. The same seed gives the same weights,
// whatever the number of threads.

/// Uniform on [low, high).
Tensor uniform_(Tensor x, double low = 0, double high = 1, Generator& generator = default_generator());
/// Normal with the given mean and standard deviation.
Tensor normal_(Tensor x, double mean = 0, double deviation = 1, Generator& generator = default_generator());
Tensor constant_(Tensor x, double value);
Tensor zeros_(Tensor x);

/// Inputs of one output, and outputs of one input.
struct Fans {
  Index in, out;
};
/// in = x.shape[1] r, out = x.shape[0] r, where r is the product of the further extents.
/// @throws ShapeError if the rank is below 2
Fans fans(const Tensor& x);

enum class Nonlinearity { linear, sigmoid, tanh, relu, leaky_relu, selu };
/// The factor by which an initial deviation compensates for the nonlinearity that follows.
/// PyTorch's values: 1 for linear and sigmoid, 5/3 for tanh, sqrt(2) for relu, sqrt(2 / (1 + slope^2)) for
/// leaky_relu, 3/4 for selu.
/// @param slope  of leaky_relu for inputs below 0
double calculate_gain(Nonlinearity nonlinearity, double slope = 0.01);

/// A compromise between keeping the variance of activations and keeping that of gradients:
/// uniform on [-a, a), a = gain sqrt(6 / (fan_in + fan_out)).
/// Source: Glorot & Bengio 2010 (AISTATS), equation 16.
Tensor xavier_uniform_(Tensor x, double gain = 1, Generator& generator = default_generator());
/// The same with a normal distribution: deviation gain sqrt(2 / (fan_in + fan_out)); equation 12.
Tensor xavier_normal_(Tensor x, double gain = 1, Generator& generator = default_generator());

/// What is kept: the variance of activations (in) or that of gradients (out).
enum class Fan { in, out };
struct KaimingOptions {
  Fan mode = Fan::in;
  Nonlinearity nonlinearity = Nonlinearity::leaky_relu;
  double slope = 0;  ///< of leaky_relu for inputs below 0: with the default it is relu
};
/// Uniform on [-a, a), a = gain sqrt(3 / fan).
///
/// With {.slope = sqrt(5)} this is a = 1 / sqrt(fan_in), the default of PyTorch's layers.
/// Source: He, Zhang, Ren, Sun 2015, arXiv:1502.01852, equations 10 (in), 14 (out) and 15 (leaky).
Tensor kaiming_uniform_(Tensor x, KaimingOptions options = {}, Generator& generator = default_generator());
/// The same with a normal distribution: deviation gain / sqrt(fan).
Tensor kaiming_normal_(Tensor x, KaimingOptions options = {}, Generator& generator = default_generator());

/// Orthonormal rows or, if there are more rows than columns, columns, times gain: x x^T = gain^2 I or
/// x^T x = gain^2 I. Axes after the first count as one. All such matrices are equally likely.
/// @throws ShapeError if the rank is below 2
/// Sources: Saxe, McClelland, Ganguli 2013, arXiv:1312.6120; Mezzadri 2006, arXiv:math-ph/0609050,
/// section 5 (the signs).
Tensor orthogonal_(Tensor x, double gain = 1, Generator& generator = default_generator());

}  // namespace tandem::nn::init
