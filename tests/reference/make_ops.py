#!/usr/bin/env python3
"""Writes ops.json: for every op its inputs, its output and its gradients, computed by PyTorch in float64.

    python3 tests/reference/make_ops.py     (needs torch and numpy; written with torch 1.13)

A case is matched by its name with a C++ function in tests/autograd/ops/cases.cc. The gradients are those of
sum(output * w) with w[i] = ((7 i + 3) mod 11 + 1) / 8. Inputs are multiples of 1/128, exact in float32 too.
Cases marked "edge" sit on a kink, an extreme or an infinity, where a difference quotient says nothing.
"""

import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
random = np.random.default_rng(1)
cases = []


# ---- inputs --------------------------------------------------------------------------------------

def x(*shape):
    """Standard normal numbers, rounded to odd multiples of 1/128: never 0, never a multiple of 1/64."""
    return (2 * np.floor(random.standard_normal(shape) * 64) + 1) / 128


def even(*shape):
    """The same at multiples of 1/64, so that none ties with one of x()."""
    return np.round(random.standard_normal(shape) * 64) / 64


def positive(*shape):
    return np.round(random.uniform(0.25, 2.25, shape) * 128) / 128


def distinct(*shape):
    """No two equal, and none closer to another than 3/32."""
    n = math.prod(shape)
    return (random.permutation(n) - n // 2).reshape(shape) * 3 / 32 + 1 / 128


def binary(*shape):
    return random.integers(0, 2, shape).astype(np.uint8)


def away(numbers):
    """Positive numbers with random signs: away from 0, as denominators."""
    return numbers * random.choice([-1.0, 1.0], numbers.shape)


def a(*values):
    return np.array(values, dtype=np.float64)


def labels(*values):
    return np.array(values, dtype=np.int64)


inf = math.inf
nan = math.nan


# ---- cases ---------------------------------------------------------------------------------------

def weights(shape):
    n = math.prod(shape)
    return torch.tensor([((7 * i + 3) % 11 + 1) / 8 for i in range(n)], dtype=torch.float64).reshape(shape)


def number(value):
    if isinstance(value, int):
        return value
    if not math.isfinite(value):  # JSON has no word for these
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def flat(tensor):
    return [number(v) for v in tensor.detach().flatten().tolist()]


def pack(tensor):
    kinds = {torch.float64: "float64", torch.int64: "int64", torch.uint8: "uint8", torch.bool: "uint8"}
    kind = kinds[tensor.dtype]
    if tensor.dtype == torch.bool:
        tensor = tensor.to(torch.uint8)
    packed = {"shape": list(tensor.shape), "data": flat(tensor)}
    return packed if kind == "float64" else packed | {"dtype": kind}


def case(name, f, *inputs, edge=False):
    """One case; floating inputs are differentiated if the output is floating."""
    leaves = [torch.from_numpy(np.array(i)) for i in inputs]
    for leaf in leaves:
        if leaf.dtype == torch.float64:
            leaf.requires_grad_()
    y = f(*leaves)
    entry = {"name": name, "edge": edge, "inputs": [pack(leaf) for leaf in leaves], "output": pack(y)}
    if y.requires_grad:
        (y * weights(y.shape)).sum().backward()
        entry["gradients"] = [flat(leaf.grad) if leaf.grad is not None else None for leaf in leaves]
    cases.append(entry)


def edge(name, f, *inputs):
    case(name, f, *inputs, edge=True)


def each_reduction(name, f, *inputs):
    for reduction in ["mean", "sum", "none"]:
        case(f"{name}: {reduction}", lambda *t: f(*t, reduction), *inputs)


# activation.h
case("relu", torch.relu, x(3, 5))
edge("relu: at 0", torch.relu, a(-1, 0, 1, -inf, inf))
case("leaky_relu", F.leaky_relu, x(3, 5))
case("leaky_relu: slope 0.2", lambda t: F.leaky_relu(t, 0.2), x(7))
edge("leaky_relu: at 0", lambda t: F.leaky_relu(t, 0.2), a(-1, 0, 1))
case("elu", F.elu, x(3, 5))
case("elu: alpha 0.3", lambda t: F.elu(t, 0.3), x(2, 2, 3))
edge("elu: at 0 and far out", lambda t: F.elu(t, 0.3), a(-1000, 0, 1000))
case("gelu", F.gelu, x(3, 5))
case("gelu: tanh", lambda t: F.gelu(t, approximate="tanh"), x(3, 5))
edge("gelu: far out", F.gelu, a(-30, 0, 30))
edge("gelu: tanh, far out", lambda t: F.gelu(t, approximate="tanh"), a(-30, 0, 30))
case("silu", F.silu, x(3, 5))
edge("silu: far out", F.silu, a(-1000, -30, 0, 30, 1000))
case("tanh", torch.tanh, x(3, 5))
edge("tanh: far out", torch.tanh, a(-1000, -20, 0, 20, 1000))
case("sigmoid", torch.sigmoid, x(3, 5))
edge("sigmoid: far out", torch.sigmoid, a(-1000, -40, 0, 40, 1000))
case("softplus", F.softplus, x(3, 5))
edge("softplus: far out", lambda t: F.softplus(t, threshold=1e9), a(-1000, -40, 0, 40, 500))

# arithmetic.h
pairs = {
    "": lambda g, h: (g(3, 4), h(3, 4)),
    ": broadcast row": lambda g, h: (g(3, 4), h(4)),
    ": broadcast column": lambda g, h: (g(3, 1), h(3, 4)),
    ": broadcast both": lambda g, h: (g(2, 1, 3), h(4, 1)),
    ": broadcast scalar": lambda g, h: (g(), h(2, 3)),
    ": rank 0": lambda g, h: (g(), h()),
    ": rank 4": lambda g, h: (g(2, 1, 2, 3), h(3, 1, 3)),
}
for name, f, g, h in [
    ("add", torch.add, x, even),
    ("subtract", torch.subtract, x, even),
    ("multiply", torch.multiply, x, even),
    ("divide", torch.divide, x, lambda *s: away(positive(*s))),
    ("maximum", torch.maximum, x, even),
    ("minimum", torch.minimum, x, even),
    ("power", torch.pow, positive, even),
]:
    for suffix, make in pairs.items():
        case(name + suffix, f, *make(g, h))
case("add: empty", torch.add, x(0, 3), even(3))
case("multiply: one operand twice", lambda t: t * t, x(2, 3))
edge("maximum: ties", torch.maximum, a(1, 2, 3, -inf), a(1, 3, 2, -inf))
edge("minimum: ties", torch.minimum, a(1, 2, 3, inf), a(1, 3, 2, inf))
edge("power: base 0", torch.pow, a(0, 0, 0, 2), a(0, 1, 2, 0))
case("power: negative base", lambda t: torch.pow(t, 3), x(5))
case("power: 2", lambda t: torch.pow(t, 2), x(5))
case("power: -1.5", lambda t: torch.pow(t, -1.5), positive(2, 3))
edge("power: 0 at 0", lambda t: torch.pow(t, 0), a(-1, 0, 2))
edge("power: 1 at 0", lambda t: torch.pow(t, 1), a(-1, 0, 2))
edge("power: 3 at 0", lambda t: torch.pow(t, 3), a(-1, 0, 2))
case("negate", torch.neg, x(2, 3))
case("t + t", lambda t, u: t + u, x(2, 3), even(3))
case("t - t", lambda t, u: t - u, x(2, 3), even(3))
case("t * t", lambda t, u: t * u, x(2, 3), even(3))
case("t / t", lambda t, u: t / u, x(2, 3), positive(3))
case("-t", lambda t: -t, x(2, 3))
case("t + c", lambda t: t + 1.5, x(2, 3))
case("t - c", lambda t: t - 1.5, x(2, 3))
case("t * c", lambda t: t * 1.5, x(2, 3))
case("t / c", lambda t: t / 1.5, x(2, 3))
case("c + t", lambda t: 1.5 + t, x(2, 3))
case("c - t", lambda t: 1.5 - t, x(2, 3))
case("c * t", lambda t: 1.5 * t, x(2, 3))
case("c / t", lambda t: 1.5 / t, away(positive(2, 3)))

# compare.h
for name, f in [("equal", torch.eq), ("not_equal", torch.ne), ("less", torch.lt), ("less_equal", torch.le),
                ("greater", torch.gt), ("greater_equal", torch.ge)]:
    case(name, f, a(1, 2, 3, inf, math.nan), a(1, 3, 2, inf, math.nan))
    case(f"{name}: broadcast", f, np.round(even(3, 1)), np.round(even(2, 1, 4)))
    case(f"{name}: int64", f, labels(1, 2, 3), labels(1, 3, 2))
    case(f"{name}: uint8", f, binary(2, 3), binary(3))
case("where", lambda m, t, u: torch.where(m != 0, t, u), binary(3, 4), x(3, 4), x(3, 4))
case("where: broadcast", lambda m, t, u: torch.where(m != 0, t, u), binary(3, 1), x(4), x(2, 1, 1))
case("where: mask broadcasts up", lambda m, t, u: torch.where(m != 0, t, u), binary(2, 3, 4), x(), x(4))
edge("where: infinite where not taken", lambda m, t, u: torch.where(m != 0, t, u),
     np.array([1, 0, 1], dtype=np.uint8), a(1, inf, 3), a(-inf, 2, math.nan))

# index.h
case("gather_rows", lambda t, i: t[i], x(4, 3), labels(2, 0, 3))
case("gather_rows: repeated", lambda t, i: t[i], x(4, 2, 2), labels(1, 1, 3, 1))
case("gather_rows: vector", lambda t, i: t[i], x(5), labels(4, 4, 0))
case("gather_rows: none", lambda t, i: t[i], x(4, 3), np.zeros(0, dtype=np.int64))
case("one_hot", lambda i: F.one_hot(i, 4).double(), labels(0, 3, 1))
case("one_hot: matrix", lambda i: F.one_hot(i, 3).double(), np.array([[0, 2], [1, 1]]))

# loss.h
label = labels(2, 0, 4)
each_reduction("cross_entropy", lambda t, i, r: F.cross_entropy(t, i, reduction=r), x(3, 5), label)
each_reduction("cross_entropy: smoothing 0.1",
               lambda t, i, r: F.cross_entropy(t, i, reduction=r, label_smoothing=0.1), x(3, 5), label)
case("cross_entropy: smoothing 1", lambda t, i: F.cross_entropy(t, i, label_smoothing=1.0), x(3, 5), label)
case("cross_entropy: one example", lambda t, i: F.cross_entropy(t, i), x(1, 2), labels(1))
case("cross_entropy: 20 classes", lambda t, i: F.cross_entropy(t, i), x(2, 20), labels(19, 7))
edge("cross_entropy: large logits", lambda t, i: F.cross_entropy(t, i, reduction="none"),
     np.array([[1000.0, 0, -1000], [0, 1000, 1000], [-1000, -1000, -1000]]), labels(2, 1, 0))
edge("cross_entropy: a logit of -inf", lambda t, i: F.cross_entropy(t, i, reduction="none"),
     np.array([[1.0, -inf, 2], [0, 0, -inf]]), labels(0, 1))
each_reduction("nll", lambda t, i, r: F.nll_loss(t, i, reduction=r), x(3, 5), label)
edge("nll: -inf elsewhere", lambda t, i: F.nll_loss(t, i, reduction="none"),
     np.array([[-1.0, -inf], [-inf, -2]]), labels(0, 1))
each_reduction("bce_with_logits", lambda t, u, r: F.binary_cross_entropy_with_logits(t, u, reduction=r),
               x(3, 4), np.round(random.uniform(0, 1, (3, 4)) * 128) / 128)
edge("bce_with_logits: logits of 100",
     lambda t, u: F.binary_cross_entropy_with_logits(t, u, reduction="none"),
     a(-100, -100, 0, 0, 100, 100), a(0, 1, 0, 1, 0, 1))
each_reduction("mse", lambda t, u, r: F.mse_loss(t, u, reduction=r), x(3, 4), x(3, 4))


def gaussian_kl(mu, log_var, reduction):
    # torch.distributions, so that the formula is not ours
    normal = torch.distributions.Normal(mu, torch.exp(log_var / 2))
    kl = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0.0, 1.0)).sum(1)
    return {"mean": kl.mean, "sum": kl.sum, "none": lambda: kl}[reduction]()


def gaussian_log_density(value, mu, log_var):
    return torch.distributions.Normal(mu, torch.exp(log_var / 2)).log_prob(value).sum(-1)


each_reduction("gaussian_kl", gaussian_kl, x(3, 4), x(3, 4))
edge("gaussian_kl: at the prior", lambda m, v: gaussian_kl(m, v, "none"), np.zeros((2, 3)), np.zeros((2, 3)))
case("gaussian_log_density", gaussian_log_density, x(3, 4), x(3, 4), x(3, 4))
case("gaussian_log_density: broadcast", gaussian_log_density, x(2, 3, 4), x(3, 4), x(4))
case("gaussian_log_density: one point", gaussian_log_density, x(4), x(4), x(4))

# math.h
case("exp", torch.exp, x(3, 5))
edge("exp: far out", torch.exp, a(-1000, -inf, 0))
case("log", torch.log, positive(3, 5))
edge("log: at 0 and infinity", torch.log, a(inf, 1e-300, 1))
case("log1p", torch.log1p, positive(3, 5))
edge("log1p: tiny", torch.log1p, a(1e-20, -1e-12, 0, 1e-6))
case("sqrt", torch.sqrt, positive(3, 5))
edge("sqrt: at 0", torch.sqrt, a(0, 4))
case("square", torch.square, x(3, 5))
case("abs", torch.abs, x(3, 5))
edge("abs: at 0", torch.abs, a(-2, 0, 2, -inf))
case("clamp", lambda t: torch.clamp(t, -0.5, 0.75), x(3, 5))
edge("clamp: at the limits", lambda t: torch.clamp(t, -1, 2), a(-2, -1, 0, 2, 3, inf))
case("clamp: one-sided", lambda t: torch.clamp(t, min=0.25), x(5))

# matmul.h
T = lambda t: t.transpose(-1, -2)
case("matmul", torch.matmul, x(3, 4), x(4, 2))
case("matmul: a transposed", lambda t, u: T(t) @ u, x(4, 3), x(4, 2))
case("matmul: b transposed", lambda t, u: t @ T(u), x(3, 4), x(2, 4))
case("matmul: both transposed", lambda t, u: T(t) @ T(u), x(4, 3), x(2, 4))
case("matmul: batch", torch.matmul, x(2, 3, 4), x(2, 4, 2))
case("matmul: batch by one", torch.matmul, x(2, 3, 4), x(4, 2))
case("matmul: one by batch", torch.matmul, x(3, 4), x(2, 4, 2))
case("matmul: batches broadcast", torch.matmul, x(2, 1, 2, 3), x(3, 3, 2))
case("matmul: batch, a transposed", lambda t, u: T(t) @ u, x(2, 4, 3), x(4, 2))
case("matmul: batch, b transposed", lambda t, u: t @ T(u), x(3, 4), x(2, 2, 4))
case("matmul: batch, both transposed", lambda t, u: T(t) @ T(u), x(2, 4, 3), x(2, 2, 4))
case("matmul: 1 x 1", torch.matmul, x(1, 1), x(1, 1))
case("matmul: column by row", torch.matmul, x(3, 1), x(1, 2))
case("matmul: inner extent 0", torch.matmul, x(2, 0), x(0, 3))
case("matmul: with itself", lambda t: t @ T(t), x(3, 2))
case("linear", F.linear, x(3, 4), x(2, 4), x(2))
case("linear: no bias", F.linear, x(3, 4), x(2, 4))
case("linear: rank 3", F.linear, x(2, 3, 4), x(2, 4), x(2))
case("linear: rank 3, no bias", F.linear, x(2, 3, 4), x(2, 4))
case("linear: rank 1", F.linear, x(4), x(2, 4), x(2))


# noise.h
def philox(position, seed):
    """Four words of Philox 4x32-10; Salmon et al. 2011, section 3.3."""
    c, k = [position & 0xFFFFFFFF, position >> 32, 0, 0], [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [q >> 32 ^ c[1] ^ k[0], q & 0xFFFFFFFF, p >> 32 ^ c[3] ^ k[1], p & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def words(n, seed):
    return torch.tensor([w for i in range((n + 3) // 4) for w in philox(i, seed)][:n], dtype=torch.float64)


def dropout(t, probability, seed):
    keep = 1 - probability
    return t * (words(t.numel(), seed) < round(keep * 2**32)).reshape(t.shape) / keep


def normal(shape, seed):
    w = words(math.prod(shape), seed)
    radius, angle = torch.sqrt(-2 * torch.log((w[0::2] + 0.5) / 2**32)), 2 * math.pi * w[1::2] / 2**32
    return torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], 1).reshape(shape)


case("dropout: 0.3", lambda t: dropout(t, 0.3, seed=5), x(3, 6))
case("dropout: 0", lambda t: dropout(t, 0, seed=5), x(3, 2))
reparameterize = lambda m, v, e: m + torch.exp(v / 2) * e
case("reparameterize", reparameterize, x(3, 4), x(3, 4), x(3, 4))
case("reparameterize: drawn", lambda m, v: reparameterize(m, v, normal((3, 4), seed=5)), x(3, 4), x(3, 4))

# reduce.h
for name, f, g in [
    ("sum", lambda t, d, k: t.sum(d, k), x),
    ("mean", lambda t, d, k: t.mean(d, k), x),
    ("max", lambda t, d, k: t.amax(d, k), distinct),
    ("min", lambda t, d, k: t.amin(d, k), distinct),
    ("variance", lambda t, d, k: t.var(d, keepdim=k), x),
]:
    case(f"{name}", lambda t: f(t, tuple(range(t.dim())), False), g(2, 3, 4))
    case(f"{name}: keepdim", lambda t: f(t, tuple(range(t.dim())), True), g(2, 3))
    case(f"{name}: axis 0", lambda t: f(t, (0,), False), g(3, 4))
    case(f"{name}: axis -1", lambda t: f(t, (-1,), False), g(3, 4))
    case(f"{name}: axis 1 of 3, keepdim", lambda t: f(t, (1,), True), g(2, 3, 4))
    case(f"{name}: axes 0 and -1", lambda t: f(t, (0, -1), False), g(2, 3, 2))
    case(f"{name}: axes 1 and 2, keepdim", lambda t: f(t, (1, 2), True), g(2, 3, 2))
    case(f"{name}: axes 0 and 1", lambda t: f(t, (0, 1), False), g(2, 3, 2))
    case(f"{name}: axes 0 and 2 of 4", lambda t: f(t, (0, 2), False), g(2, 2, 3, 2))
case("sum: rank 0", lambda t: t.sum(), x())
case("mean: rank 0", lambda t: t.mean(), x())
case("max: rank 0", lambda t: t.amax(), x())
case("sum: empty", lambda t: t.sum(), x(0, 3))
case("sum: empty axis", lambda t: t.sum(0), x(0, 3))
case("sum: 50 numbers", lambda t: t.sum(), x(50))
case("sum: 50 rows", lambda t: t.sum(0), x(50, 2))
case("max: 50 numbers", lambda t: t.amax(), distinct(50))
edge("max: ties", lambda t: t.amax(1), np.array([[1.0, 3, 3], [2, 2, 2], [-inf, -inf, 0]]))
edge("min: ties", lambda t: t.amin(1), np.array([[1.0, 1, 3], [2, 2, 2], [inf, inf, 0]]))
case("variance: correction 0", lambda t: torch.var(t, (0,), unbiased=False), x(4, 3))
case("variance: correction 0, all", lambda t: torch.var(t, unbiased=False), x(4, 3))
case("argmax", lambda t: t.argmax(-1), distinct(3, 4))
case("argmax: axis 0", lambda t: t.argmax(0), distinct(3, 4))
case("argmax: axis 1 of 3, keepdim", lambda t: t.argmax(1, True), distinct(2, 3, 4))
case("argmax: first of equals", lambda t: t.argmax(-1), np.array([[1.0, 2, 2, 0], [3, 3, 3, 3]]))

# shape.h
case("reshape", lambda t: t.reshape(3, 4), x(2, 6))
case("reshape: -1", lambda t: t.reshape(2, -1, 2), x(3, 4))
case("reshape: to rank 0", lambda t: t.reshape(()), x(1, 1))
case("permute", lambda t: t.permute(2, 0, 1), x(2, 3, 4))
case("permute: rank 4", lambda t: t.permute(0, 3, 1, 2), x(2, 2, 3, 2))
case("permute: negative axes", lambda t: t.permute(-1, -3, -2), x(2, 3, 2))
case("permute: rank 0", lambda t: t.permute(()), x())
case("transpose", T, x(3, 4))
case("transpose: batch", T, x(2, 3, 4))
case("transpose: axes 0 and -1", lambda t: t.transpose(0, -1), x(2, 3, 4))
case("slice: rows", lambda t: t[1:3], x(4, 3))
case("slice: columns", lambda t: t[:, 1:3], x(3, 4))
case("slice: axis -1, negative ends", lambda t: t[:, :, -3:-1], x(2, 2, 4))
case("slice: middle axis", lambda t: t[:, 1:2], x(2, 3, 2))
case("slice: nothing", lambda t: t[:, 2:2], x(3, 4))
case("rows", lambda t: t[1:3], x(4, 2, 2))
case("index", lambda t: t[2], x(4, 3))
case("index: -1 of a vector", lambda t: t[-1], x(4))
case("concat", lambda *t: torch.cat(t), x(2, 3), x(1, 3), x(3, 3))
case("concat: axis 1", lambda *t: torch.cat(t, 1), x(2, 3), x(2, 1))
case("concat: axis -2 of 3", lambda *t: torch.cat(t, -2), x(2, 1, 2), x(2, 2, 2))
case("concat: one tensor twice", lambda t: torch.cat([t, t], 1), x(2, 2))
case("stack", lambda *t: torch.stack(t), x(2, 3), x(2, 3))
case("stack: axis 1", lambda *t: torch.stack(t, 1), x(2, 3), x(2, 3))
case("stack: axis -1", lambda *t: torch.stack(t, -1), x(2, 3), x(2, 3), x(2, 3))
case("stack: rank 0", lambda *t: torch.stack(t), x(), x())
case("broadcast_to: rows", lambda t: t.expand(4, 3), x(3))
case("broadcast_to: columns", lambda t: t.expand(3, 4), x(3, 1))
case("broadcast_to: middle axis", lambda t: t.expand(2, 3, 2), x(2, 1, 2))
case("broadcast_to: rank 0", lambda t: t.expand(2, 3), x())
case("sum_to: row", lambda t: t.sum_to_size(4), x(3, 4))
case("sum_to: column", lambda t: t.sum_to_size(3, 1), x(3, 4))
case("sum_to: middle axis", lambda t: t.sum_to_size(2, 1, 2), x(2, 3, 2))
case("sum_to: rank 0", lambda t: t.sum(), x(2, 3))

# softmax.h
for name, f in [("softmax", torch.softmax), ("log_softmax", torch.log_softmax)]:
    case(name, lambda t: f(t, -1), x(3, 5))
    case(f"{name}: axis 0", lambda t: f(t, 0), x(3, 5))
    case(f"{name}: axis 1 of 3", lambda t: f(t, 1), x(2, 3, 4))
    case(f"{name}: vector of 20", lambda t: f(t, 0), x(20))
    edge(f"{name}: large", lambda t: f(t, -1), np.array([[1000.0, 0, 999], [-1000, -1000, -1001]]))
    edge(f"{name}: one of -inf", lambda t: f(t, -1), np.array([[1.0, -inf, 2]]))
case("logsumexp", lambda t: t.logsumexp(-1), x(3, 5))
case("logsumexp: axis 0", lambda t: t.logsumexp(0), x(3, 5))
case("logsumexp: axis 1 of 3, keepdim", lambda t: t.logsumexp(1, True), x(2, 3, 4))
case("logsumexp: vector", lambda t: t.logsumexp(0), x(5))
edge("logsumexp: large", lambda t: t.logsumexp(-1), np.array([[1000.0, 0, 999], [-1000, -1000, -1001]]))
edge("logsumexp: some of -inf", lambda t: t.logsumexp(-1), np.array([[1.0, -inf, 2]]))
edge("logsumexp: all of -inf", lambda t: t.detach().logsumexp(-1), np.array([[-inf, -inf]]))

# elementwise.h
case("elementwise: silu", lambda t: t / (1 + torch.exp(-t)), x(3, 5))
case("elementwise: branches", lambda t: torch.where(t < 0, t.sin(), t.abs().sqrt() * t.cos()), x(3, 5))
case("elementwise: two arguments", lambda t, u: t * torch.exp(-u * u), x(3, 4), x(3, 4))
case("elementwise: two, broadcast", lambda t, u: t * torch.exp(-u * u), x(3, 1), x(2, 1, 4))
case("elementwise: every function",
     lambda t: torch.log(t) + torch.log1p(t) * torch.expm1(t) + torch.erf(t) * t ** 1.5
     + torch.sigmoid(t) * F.softplus(t) * torch.tanh(t) + torch.maximum(t, 1 / t) * torch.abs(t - 5),
     positive(3, 5))




# embedding_bag.h
def embedding_bag(table, indices, offsets, weights):
    return F.embedding_bag(indices, table, offsets, mode="sum", per_sample_weights=weights, include_last_offset=True)


case("embedding_bag", embedding_bag, x(4, 3), labels(2, 0, 3, 1), labels(0, 1, 4), x(4))
case("embedding_bag: repeated and unused rows", embedding_bag, x(6, 2), labels(1, 1, 4, 1, 4), labels(0, 3, 5), x(5))
case("embedding_bag: width 1", embedding_bag, x(5, 1), labels(4, 2, 2, 0), labels(0, 3, 4), x(4))
case("embedding_bag: empty bags", embedding_bag, x(3, 2), labels(2, 1), labels(0, 0, 2, 2), x(2))
case("embedding_bag: nothing", embedding_bag, x(3, 2), np.zeros(0, dtype=np.int64), labels(0, 0), x(0))

# of several headers, added later: what stands above keeps its random numbers
case("expm1", torch.expm1, x(3, 5))
edge("expm1: tiny and far out", torch.expm1, a(1e-20, -1e-12, 0, -1000))
case("sin", torch.sin, x(3, 5))
case("cos", torch.cos, x(3, 5))
case("erf", torch.erf, x(3, 5))
edge("erf: far out", torch.erf, a(-30, 0, 30))
case("unsqueeze", lambda t: t.unsqueeze(0), x(3, 4))
case("unsqueeze: behind", lambda t: t.unsqueeze(-1), x(3, 4))
case("unsqueeze: between", lambda t: t.unsqueeze(1), x(3, 4))
case("squeeze", torch.squeeze, x(1, 3, 1, 2))
case("squeeze: one axis", lambda t: t.squeeze(-2), x(1, 3, 1, 2))
case("squeeze: an axis that stays", lambda t: t.squeeze(1), x(1, 3, 1, 2))
case("argmin", lambda t: t.argmin(-1), distinct(3, 4))
case("argmin: axis 0", lambda t: t.argmin(0), distinct(3, 4))
case("where: mask of higher rank", lambda m, t, u: torch.where(m != 0, t, u), binary(3, 1), x(3, 4), x(4))
case("linear: no inputs, rank 3", F.linear, x(2, 3, 0), x(4, 0), x(4))


def index_add(t, rows, source):
    return t.index_add(0, rows, source)


def bernoulli_log_likelihood(logits, value):
    value = value.expand(logits.shape)
    return -F.binary_cross_entropy_with_logits(logits, value, reduction="none").sum(-1)


case("index_add", index_add, x(4, 3), labels(2, 0), x(2, 3))
case("index_add: repeated", index_add, x(3, 2, 2), labels(1, 1, 0), x(3, 2, 2))
case("index_add: vector", index_add, x(3), labels(2, 2, 0), x(3))
case("index_add: none", index_add, x(2), np.zeros(0, dtype=np.int64), x(0))
case("bernoulli_log_likelihood", bernoulli_log_likelihood, x(3, 5), random.integers(0, 128, (3, 5)) / 128)
case("bernoulli_log_likelihood: draws", bernoulli_log_likelihood, x(2, 3, 4), random.integers(0, 2, (3, 4)) / 1.0)
edge("bernoulli_log_likelihood: far out", bernoulli_log_likelihood, a(100, -100, 1000).reshape(1, 3), a(1, 1, 0).reshape(1, 3))
case("linear: weight transposed", lambda t, w, b: F.linear(t, w.T, b), x(4, 3), x(3, 2), x(2))
case("linear: weight transposed, rank 3", lambda t, w, b: F.linear(t, w.T, b), x(2, 4, 3), x(3, 2), x(2))
case("linear: weight transposed, one row, no bias", lambda t, w: F.linear(t, w.T), x(3), x(3, 70))
case("matmul: empty batch", torch.matmul, x(0, 2, 3), x(3, 2))
case("matmul: vector by vector", torch.matmul, x(4), x(4))
case("matmul: vector by matrix", torch.matmul, x(4), x(4, 2))
case("matmul: vector by batch", torch.matmul, x(4), x(3, 4, 2))
case("matmul: matrix by vector", torch.matmul, x(3, 4), x(4))
case("matmul: batch by vector", torch.matmul, x(2, 3, 4), x(4))
case("matmul: vector by matrix, both transposed", lambda t, u: t @ T(u), x(4), x(2, 4))
case("matmul: matrix by vector, both transposed", lambda t, u: T(t) @ u, x(4, 3), x(4))


def batch_norm(t, weight, bias, eps=1e-5):
    return F.batch_norm(t, None, None, weight, bias, training=True, eps=eps)


case("batch_norm", batch_norm, x(5, 3), x(3), x(3))
case("batch_norm: two rows, eps 0.5", lambda t, w, b: batch_norm(t, w, b, 0.5), x(2, 4), x(4), x(4))
case("batch_norm: 70 columns", batch_norm, x(3, 70), x(70), x(70))
edge("maximum: NaN", torch.maximum, a(nan, 1, nan), a(0, nan, nan))
edge("minimum: NaN", torch.minimum, a(nan, 1, nan), a(0, nan, nan))

truths = np.array([0, 1, 2, 255], dtype=np.uint8)  # whatever is not 0 is true
for name, f in [("logical_and", torch.logical_and), ("logical_or", torch.logical_or)]:
    case(name, f, truths, np.array([1, 0, 4, 1], dtype=np.uint8))
    case(f"{name}: broadcast", f, truths.reshape(4, 1), truths)
case("logical_not", torch.logical_not, truths)
case("gather_rows: matrix of rows", lambda t, i: t[i], x(4, 3), labels(2, 0, 3, 0, 1, 2).reshape(2, 3))
case("gather_rows: one row by its number", lambda t, i: t[i], x(4, 3, 2), np.array(2, dtype=np.int64))
for exponent in (0.5, -0.5, -1, -2):
    case(f"power: {exponent}", lambda t: torch.pow(t, exponent), positive(2, 3))


# ---- the file ------------------------------------------------------------------------------------

def main():
    names = [c["name"] for c in cases]
    assert len(names) == len(set(names)), "two cases have one name"
    header = {"generator": "tests/reference/make_ops.py", "torch": torch.__version__, "dtype": "float64"}
    lines = [json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases]
    path = pathlib.Path(__file__).with_name("ops.json")
    path.write_text('{"header": ' + json.dumps(header) + ',\n"cases": [\n' + ",\n".join(lines) + "\n]}\n")
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
