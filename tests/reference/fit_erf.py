#!/usr/bin/env python3
"""Prints the coefficients of erf for float registers, which stand in autograd/simd.h: numpy 1.24.2.

    |x| < 1        erf(x) = x P(x^2)
    1 <= x <= 4    erf(x) = 1 - e^-Q(x),   so that Q(x) = -log(erfc(x))

P and Q have the smallest largest error relative to erf, by Lawson's method: least squares whose weights are multiplied
by the errors, again and again (C. L. Lawson, thesis, UCLA 1961)."""
import math

import numpy as np


def fit(f, weight, low, high, degree, points=200):
    nodes = (low + high) / 2 - (high - low) / 2 * np.cos(np.pi * (np.arange(points) + 0.5) / points)
    powers = np.vander(nodes, degree + 1, increasing=True)
    values, weights = np.array([f(x) for x in nodes]), np.array([weight(x) for x in nodes])
    emphasis = np.full(points, 1 / points)
    for _ in range(200):
        scale = weights * np.sqrt(emphasis)
        columns = powers * scale[:, None]
        norm = np.abs(columns).max(0)
        coefficients = np.linalg.lstsq(columns / norm, values * scale, rcond=None)[0] / norm
        errors = np.abs(powers @ coefficients - values) * weights
        emphasis *= errors
        emphasis /= emphasis.sum()
    return coefficients, errors.max()


def ratio(square):
    return math.erf(math.sqrt(square)) / math.sqrt(square)


for name, (coefficients, error) in {
    "P": fit(ratio, lambda square: 1 / ratio(square), 0, 1, 6),
    "Q": fit(lambda x: -math.log(math.erfc(x)), lambda x: math.erfc(x) / math.erf(x), 1, 4, 6),
}.items():
    print(name, ", ".join(f"{np.float32(c):.9g}" for c in coefficients), f" error {error:.1e}")
