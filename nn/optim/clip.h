#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem::optim {

/// Scales all gradients by one factor so that their common 2-norm does not exceed `max_norm`:
///
///     g = g min(1, max_norm / (norm + 1e-6))
///
/// Call it between backward() and step(); parameters without a gradient do not count. The norm of finite float32
/// gradients is finite, even where their squares are not. As in PyTorch, an infinite norm makes finite gradients 0 and
/// infinite ones NaN, and a NaN anywhere makes all of them NaN: check the result with std::isfinite() and skip the
/// step if it fails.
/// @param max_norm  >= 0
/// @return          the norm before scaling, in the unit of the gradients
/// @throws ValueError if max_norm is negative or NaN
/// Source: Pascanu, Mikolov, Bengio 2012, arXiv:1211.5063, algorithm 1.
double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm);

/// Clamps every element of every gradient to [-max_value, max_value]. A NaN stays.
/// @throws ValueError if max_value is negative or NaN
void clip_grad_value_(const std::vector<Tensor>& parameters, double max_value);

}  // namespace tandem::optim
