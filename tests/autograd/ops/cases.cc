#include "tests/autograd/ops/cases.h"

#include "autograd/elementwise.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/batch_norm.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/embedding_bag.h"
#include "autograd/ops/index.h"
#include "autograd/ops/likelihood.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/noise.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"

namespace tandem::test {
namespace {

using Inputs = const std::vector<Tensor>&;
using Names = std::vector<std::string>;
using F = std::function<Tensor(Inputs)>;

std::vector<OpCase> cases;

/// Cases of one op that call the same function; `names` are what follows the op's name.
void add_cases(const std::string& op, const Names& names, const F& f) {
  for (const std::string& name : names) cases.push_back({op, name.empty() ? op : op + ": " + name, f});
}
void add_case(const std::string& op, const std::string& name, const F& f) { cases.push_back({op, name, f}); }

using Unary = Tensor (*)(const Tensor&);
using UnaryByValue = Tensor (*)(Tensor);
using Binary = Tensor (*)(const Tensor&, const Tensor&);
F one(Unary f) {
  return [f](Inputs t) { return f(t[0]); };
}
F one(UnaryByValue f) {
  return [f](Inputs t) { return f(t[0]); };
}
F two(Binary f) {
  return [f](Inputs t) { return f(t[0], t[1]); };
}

void add_activation() {
  add_cases("relu", {"", "at 0"}, one(relu));
  add_cases("leaky_relu", {""}, [](Inputs t) { return leaky_relu(t[0]); });
  add_cases("leaky_relu", {"slope 0.2", "at 0"}, [](Inputs t) { return leaky_relu(t[0], 0.2); });
  add_cases("elu", {""}, [](Inputs t) { return elu(t[0]); });
  add_cases("elu", {"alpha 0.3", "at 0 and far out"}, [](Inputs t) { return elu(t[0], 0.3); });
  add_cases("gelu", {"", "far out"}, [](Inputs t) { return gelu(t[0]); });
  add_cases("gelu", {"tanh", "tanh, far out"}, [](Inputs t) { return gelu(t[0], Gelu::tanh); });
  add_cases("silu", {"", "far out"}, one(silu));
  add_cases("tanh", {"", "far out"}, one(tanh));
  add_cases("sigmoid", {"", "far out"}, one(sigmoid));
  add_cases("softplus", {"", "far out"}, one(softplus));
}

void add_arithmetic() {
  const Names shapes{"", "broadcast row", "broadcast column", "broadcast both", "broadcast scalar", "rank 0", "rank 4"};
  const std::pair<std::string, Binary> binary[] = {{"add", add},       {"subtract", subtract}, {"multiply", multiply},
                                                   {"divide", divide}, {"maximum", maximum},   {"minimum", minimum},
                                                   {"power", power}};
  for (const auto& [op, f] : binary) add_cases(op, shapes, two(f));
  add_cases("add", {"empty"}, two(add));
  add_cases("multiply", {"one operand twice"}, [](Inputs t) { return multiply(t[0], t[0]); });
  add_cases("maximum", {"ties", "NaN"}, two(maximum));
  add_cases("minimum", {"ties", "NaN"}, two(minimum));
  add_cases("power", {"base 0"}, two(power));
  add_cases("power", {"negative base", "3 at 0"}, [](Inputs t) { return power(t[0], 3); });
  add_cases("power", {"2"}, [](Inputs t) { return power(t[0], 2); });
  for (const double exponent : {-1.5, 0.5, -0.5, -1.0, -2.0})
    add_cases("power", {to_text(exponent)}, [exponent](Inputs t) { return power(t[0], exponent); });
  add_cases("power", {"0 at 0"}, [](Inputs t) { return power(t[0], 0); });
  add_cases("power", {"1 at 0"}, [](Inputs t) { return power(t[0], 1); });
  add_cases("negate", {""}, one(negate));
  add_case("operator+(Tensor, Tensor)", "t + t", [](Inputs t) { return t[0] + t[1]; });
  add_case("operator-(Tensor, Tensor)", "t - t", [](Inputs t) { return t[0] - t[1]; });
  add_case("operator*(Tensor, Tensor)", "t * t", [](Inputs t) { return t[0] * t[1]; });
  add_case("operator/(Tensor, Tensor)", "t / t", [](Inputs t) { return t[0] / t[1]; });
  add_case("operator-(Tensor)", "-t", [](Inputs t) { return -t[0]; });
  add_case("operator+(Tensor, double)", "t + c", [](Inputs t) { return t[0] + 1.5; });
  add_case("operator-(Tensor, double)", "t - c", [](Inputs t) { return t[0] - 1.5; });
  add_case("operator*(Tensor, double)", "t * c", [](Inputs t) { return t[0] * 1.5; });
  add_case("operator/(Tensor, double)", "t / c", [](Inputs t) { return t[0] / 1.5; });
  add_case("operator+(double, Tensor)", "c + t", [](Inputs t) { return 1.5 + t[0]; });
  add_case("operator-(double, Tensor)", "c - t", [](Inputs t) { return 1.5 - t[0]; });
  add_case("operator*(double, Tensor)", "c * t", [](Inputs t) { return 1.5 * t[0]; });
  add_case("operator/(double, Tensor)", "c / t", [](Inputs t) { return 1.5 / t[0]; });
}

void add_compare_and_index() {
  const std::pair<std::string, Binary> comparisons[] = {{"equal", equal},     {"not_equal", not_equal},
                                                        {"less", less},       {"less_equal", less_equal},
                                                        {"greater", greater}, {"greater_equal", greater_equal}};
  for (const auto& [op, f] : comparisons) add_cases(op, {"", "broadcast", "int64", "uint8"}, two(f));
  add_cases("logical_and", {"", "broadcast"}, two(logical_and));
  add_cases("logical_or", {"", "broadcast"}, two(logical_or));
  add_cases("logical_not", {""}, one(logical_not));
  add_cases("where", {"", "broadcast", "mask broadcasts up", "mask of higher rank", "infinite where not taken"},
            [](Inputs t) { return where(t[0], t[1], t[2]); });
  add_cases("gather_rows", {"", "repeated", "vector", "none", "matrix of rows", "one row by its number"},
            two(gather_rows));
  add_cases("index_add", {"", "repeated", "vector", "none"}, [](Inputs t) { return index_add(t[0], t[1], t[2]); });
  add_cases("embedding_bag", {"", "repeated and unused rows", "width 1", "empty bags", "nothing"},
            [](Inputs t) { return embedding_bag(t[0], t[1], t[2], t[3]); });
  add_cases("one_hot", {""}, [](Inputs t) { return one_hot(t[0], 4, DType::float64); });
  add_cases("one_hot", {"matrix"}, [](Inputs t) { return one_hot(t[0], 3, DType::float64); });
}

void add_loss() {
  const std::pair<std::string, Reduction> reductions[] = {
      {"mean", Reduction::mean}, {"sum", Reduction::sum}, {"none", Reduction::none}};
  for (const auto& [name, reduction] : reductions) {
    const Reduction r = reduction;
    add_cases("cross_entropy", {name}, [=](Inputs t) { return cross_entropy(t[0], t[1], 0, r); });
    add_cases("cross_entropy", {"smoothing 0.1: " + name}, [=](Inputs t) { return cross_entropy(t[0], t[1], 0.1, r); });
    add_cases("nll", {name}, [=](Inputs t) { return nll(t[0], t[1], r); });
    add_cases("bce_with_logits", {name}, [=](Inputs t) { return bce_with_logits(t[0], t[1], r); });
    add_cases("mse", {name}, [=](Inputs t) { return mse(t[0], t[1], r); });
    add_cases("gaussian_kl", {name}, [=](Inputs t) { return gaussian_kl(t[0], t[1], r); });
  }
  add_cases("cross_entropy", {"smoothing 1"}, [](Inputs t) { return cross_entropy(t[0], t[1], 1); });
  add_cases("cross_entropy", {"one example", "20 classes"}, [](Inputs t) { return cross_entropy(t[0], t[1]); });
  add_cases("cross_entropy", {"large logits", "a logit of -inf"},
            [](Inputs t) { return cross_entropy(t[0], t[1], 0, Reduction::none); });
  add_cases("nll", {"-inf elsewhere"}, [](Inputs t) { return nll(t[0], t[1], Reduction::none); });
  add_cases("bce_with_logits", {"logits of 100"},
            [](Inputs t) { return bce_with_logits(t[0], t[1], Reduction::none); });
  add_cases("gaussian_kl", {"at the prior"}, [](Inputs t) { return gaussian_kl(t[0], t[1], Reduction::none); });
}

void add_likelihood() {
  add_cases("bernoulli_log_likelihood", {"", "draws", "far out"}, two(bernoulli_log_likelihood));
  add_cases("gaussian_log_density", {"", "broadcast", "one point"},
            [](Inputs t) { return gaussian_log_density(t[0], t[1], t[2]); });
}

void add_math() {
  add_cases("exp", {"", "far out"}, one(exp));
  add_cases("log", {"", "at 0 and infinity"}, one(log));
  add_cases("log1p", {"", "tiny"}, one(log1p));
  add_cases("expm1", {"", "tiny and far out"}, one(expm1));
  add_cases("sin", {""}, one(sin));
  add_cases("cos", {""}, one(cos));
  add_cases("erf", {"", "far out"}, one(erf));
  add_cases("sqrt", {"", "at 0"}, one(sqrt));
  add_cases("square", {""}, one(square));
  add_cases("abs", {"", "at 0"}, one(abs));
  add_cases("clamp", {""}, [](Inputs t) { return clamp(t[0], -0.5, 0.75); });
  add_cases("clamp", {"at the limits"}, [](Inputs t) { return clamp(t[0], -1, 2); });
  add_cases("clamp", {"one-sided"}, [](Inputs t) { return clamp(t[0], 0.25, HUGE_VAL); });
}

void add_matmul() {
  for (const bool a : {false, true})
    for (const bool b : {false, true}) {
      const std::string which = a && b ? "both transposed" : a ? "a transposed" : b ? "b transposed" : "";
      add_cases("matmul", {which, which.empty() ? "batch" : "batch, " + which}, [=](Inputs t) {
        return matmul({t[0], a}, {t[1], b});
      });
    }
  add_cases("matmul", {"batch by one", "one by batch", "batches broadcast", "1 x 1", "column by row", "inner extent 0"},
            [](Inputs t) { return matmul(t[0], t[1]); });
  add_cases(
      "matmul",
      {"empty batch", "vector by vector", "vector by matrix", "vector by batch", "matrix by vector", "batch by vector"},
      [](Inputs t) { return matmul(t[0], t[1]); });
  add_cases("matmul", {"vector by matrix, both transposed", "matrix by vector, both transposed"},
            [](Inputs t) { return matmul(transposed(t[0]), transposed(t[1])); });
  add_cases("matmul", {"with itself"}, [](Inputs t) { return matmul(t[0], transposed(t[0])); });
  add_cases("linear", {"", "rank 3", "rank 1", "no inputs, rank 3"}, [](Inputs t) { return linear(t[0], t[1], t[2]); });
  add_cases("linear", {"no bias", "rank 3, no bias"}, [](Inputs t) { return linear(t[0], t[1]); });
  add_cases("linear", {"weight transposed", "weight transposed, rank 3"},
            [](Inputs t) { return linear(t[0], transposed(t[1]), t[2]); });
  add_cases("linear", {"weight transposed, one row, no bias"}, [](Inputs t) { return linear(t[0], transposed(t[1])); });
}

void add_noise() {
  const auto draw = [](double probability) {
    return [probability](Inputs t) {
      Generator generator(5);
      return dropout(t[0], probability, generator);
    };
  };
  add_cases("dropout", {"0.3"}, draw(0.3));
  add_cases("dropout", {"0"}, draw(0));
  add_cases("reparameterize", {""}, [](Inputs t) { return reparameterize(t[0], t[1], t[2]); });
  add_cases("reparameterize", {"drawn"}, [](Inputs t) {
    Generator generator(5);
    return reparameterize(t[0], t[1], generator);
  });
}

void add_reduce() {
  const auto along = [](auto f, const Axes& axes, bool keepdim) {
    return [=](Inputs t) { return f(t[0], axes, keepdim); };
  };
  const auto unbiased = [](const Tensor& x, const Axes& axes, bool keepdim) { return variance(x, axes, keepdim); };
  const std::pair<std::string, std::function<Tensor(const Tensor&, const Axes&, bool)>> reductions[] = {
      {"sum", sum}, {"mean", mean}, {"max", max}, {"min", min}, {"variance", unbiased}};
  for (const auto& [op, f] : reductions) {
    add_cases(op, {""}, along(f, {}, false));
    add_cases(op, {"keepdim"}, along(f, {}, true));
    add_cases(op, {"axis 0"}, along(f, {0}, false));
    add_cases(op, {"axis -1"}, along(f, {-1}, false));
    add_cases(op, {"axis 1 of 3, keepdim"}, along(f, {1}, true));
    add_cases(op, {"axes 0 and -1"}, along(f, {0, -1}, false));
    add_cases(op, {"axes 1 and 2, keepdim"}, along(f, {1, 2}, true));
    add_cases(op, {"axes 0 and 1"}, along(f, {0, 1}, false));
    add_cases(op, {"axes 0 and 2 of 4"}, along(f, {0, 2}, false));
  }
  add_cases("sum", {"rank 0", "empty", "50 numbers"}, [](Inputs t) { return sum(t[0]); });
  add_cases("sum", {"empty axis", "50 rows"}, [](Inputs t) { return sum(t[0], {0}); });
  add_cases("mean", {"rank 0"}, [](Inputs t) { return mean(t[0]); });
  add_cases("max", {"rank 0", "50 numbers"}, [](Inputs t) { return max(t[0]); });
  add_cases("max", {"ties"}, [](Inputs t) { return max(t[0], {1}); });
  add_cases("min", {"ties"}, [](Inputs t) { return min(t[0], {1}); });
  add_cases("variance", {"correction 0"}, [](Inputs t) { return variance(t[0], {0}, false, 0); });
  add_cases("variance", {"correction 0, all"}, [](Inputs t) { return variance(t[0], {}, false, 0); });
  add_cases("argmax", {"", "first of equals"}, [](Inputs t) { return argmax(t[0]); });
  add_cases("argmin", {""}, [](Inputs t) { return argmin(t[0]); });
  add_cases("argmin", {"axis 0"}, [](Inputs t) { return argmin(t[0], 0); });
  add_cases("argmax", {"axis 0"}, [](Inputs t) { return argmax(t[0], 0); });
  add_cases("argmax", {"axis 1 of 3, keepdim"}, [](Inputs t) { return argmax(t[0], 1, true); });
}

void add_shape() {
  add_cases("reshape", {""}, [](Inputs t) { return reshape(t[0], Shape{3, 4}); });
  add_cases("reshape", {"-1"}, [](Inputs t) { return reshape(t[0], {2, -1, 2}); });
  add_cases("unsqueeze", {""}, [](Inputs t) { return unsqueeze(t[0], 0); });
  add_cases("unsqueeze", {"behind"}, [](Inputs t) { return unsqueeze(t[0], -1); });
  add_cases("unsqueeze", {"between"}, [](Inputs t) { return unsqueeze(t[0], 1); });
  add_cases("squeeze", {""}, [](Inputs t) { return squeeze(t[0]); });
  add_cases("squeeze", {"one axis"}, [](Inputs t) { return squeeze(t[0], -2); });
  add_cases("squeeze", {"an axis that stays"}, [](Inputs t) { return squeeze(t[0], 1); });
  add_cases("reshape", {"to rank 0"}, [](Inputs t) { return reshape(t[0], Shape{}); });
  add_cases("permute", {""}, [](Inputs t) { return permute(t[0], {2, 0, 1}); });
  add_cases("permute", {"rank 4"}, [](Inputs t) { return permute(t[0], {0, 3, 1, 2}); });
  add_cases("permute", {"negative axes"}, [](Inputs t) { return permute(t[0], {-1, -3, -2}); });
  add_cases("permute", {"rank 0"}, [](Inputs t) { return permute(t[0], {}); });
  add_cases("transpose", {"", "batch"}, [](Inputs t) { return transpose(t[0]); });
  add_cases("transpose", {"axes 0 and -1"}, [](Inputs t) { return transpose(t[0], 0, -1); });
  add_cases("slice", {"rows"}, [](Inputs t) { return slice(t[0], 0, 1, 3); });
  add_cases("slice", {"columns"}, [](Inputs t) { return slice(t[0], 1, 1, 3); });
  add_cases("slice", {"axis -1, negative ends"}, [](Inputs t) { return slice(t[0], -1, -3, -1); });
  add_cases("slice", {"middle axis"}, [](Inputs t) { return slice(t[0], 1, 1, 2); });
  add_cases("slice", {"nothing"}, [](Inputs t) { return slice(t[0], 1, 2, 2); });
  add_case("slice", "rows", [](Inputs t) { return t[0].rows(1, 3); });
  add_case("slice", "index", [](Inputs t) { return t[0][2]; });
  add_case("slice", "index: -1 of a vector", [](Inputs t) { return t[0][-1]; });
  add_cases("concat", {""}, [](Inputs t) { return concat(t); });
  add_cases("concat", {"axis 1"}, [](Inputs t) { return concat(t, 1); });
  add_cases("concat", {"axis -2 of 3"}, [](Inputs t) { return concat(t, -2); });
  add_cases("concat", {"one tensor twice"}, [](Inputs t) { return concat({t[0], t[0]}, 1); });
  add_cases("stack", {"", "rank 0"}, [](Inputs t) { return stack(t); });
  add_cases("stack", {"axis 1"}, [](Inputs t) { return stack(t, 1); });
  add_cases("stack", {"axis -1"}, [](Inputs t) { return stack(t, -1); });
  add_cases("broadcast_to", {"rows"}, [](Inputs t) { return broadcast_to(t[0], {4, 3}); });
  add_cases("broadcast_to", {"columns"}, [](Inputs t) { return broadcast_to(t[0], {3, 4}); });
  add_cases("broadcast_to", {"middle axis"}, [](Inputs t) { return broadcast_to(t[0], {2, 3, 2}); });
  add_cases("broadcast_to", {"rank 0"}, [](Inputs t) { return broadcast_to(t[0], {2, 3}); });
  add_cases("sum_to", {"row"}, [](Inputs t) { return sum_to(t[0], {4}); });
  add_cases("sum_to", {"column"}, [](Inputs t) { return sum_to(t[0], {3, 1}); });
  add_cases("sum_to", {"middle axis"}, [](Inputs t) { return sum_to(t[0], {2, 1, 2}); });
  add_cases("sum_to", {"rank 0"}, [](Inputs t) { return sum_to(t[0], {}); });
}

void add_batch_norm() {
  add_cases("batch_norm", {"", "70 columns"}, [](Inputs t) { return batch_norm(t[0], t[1], t[2]); });
  add_cases("batch_norm", {"two rows, eps 0.5"}, [](Inputs t) { return batch_norm(t[0], t[1], t[2], 0.5); });
}

void add_softmax() {
  const std::pair<std::string, Tensor (*)(const Tensor&, Index)> ops[] = {{"softmax", softmax},
                                                                          {"log_softmax", log_softmax}};
  for (const auto& [name, op] : ops) {
    add_cases(name, {"", "vector of 20", "large", "one of -inf"}, [f = op](Inputs t) { return f(t[0], -1); });
    add_cases(name, {"axis 0"}, [f = op](Inputs t) { return f(t[0], 0); });
    add_cases(name, {"axis 1 of 3"}, [f = op](Inputs t) { return f(t[0], 1); });
  }
  add_cases("logsumexp", {"", "vector", "large", "some of -inf", "all of -inf"},
            [](Inputs t) { return logsumexp(t[0]); });
  add_cases("logsumexp", {"axis 0"}, [](Inputs t) { return logsumexp(t[0], 0); });
  add_cases("logsumexp", {"axis 1 of 3, keepdim"}, [](Inputs t) { return logsumexp(t[0], 1, true); });
}

void add_elementwise() {
  add_cases("elementwise", {"silu"},
            [](Inputs t) { return elementwise(t[0], [](auto v) { return v / (1 + exp(-v)); }); });
  add_cases("elementwise", {"branches"}, [](Inputs t) {
    return elementwise(t[0], [](auto v) { return where(v < 0, sin(v), sqrt(abs(v)) * cos(v)); });
  });
  add_cases("elementwise", {"two arguments", "two, broadcast"}, [](Inputs t) {
    return elementwise("bell", t[0], t[1], [](auto u, auto v) { return u * exp(-square(v)); });
  });
  add_cases("elementwise", {"every function"}, [](Inputs t) {
    return elementwise("all", t[0], [](auto v) {
      return log(v) + log1p(v) * expm1(v) + erf(v) * pow(v, decltype(v)(1.5)) + sigmoid(v) * softplus(v) * tanh(v) +
             max(v, 1 / v) * abs(v - 5);
    });
  });
}

}  // namespace

const std::vector<OpCase>& op_cases() {
  if (cases.empty()) {
    add_activation();
    add_arithmetic();
    add_batch_norm();
    add_compare_and_index();
    add_likelihood();
    add_loss();
    add_math();
    add_matmul();
    add_noise();
    add_reduce();
    add_shape();
    add_softmax();
    add_elementwise();
  }
  return cases;
}

}  // namespace tandem::test
