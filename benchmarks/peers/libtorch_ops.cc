// The ops of bench_ops, under the same names, in PyTorch's C++ library with one thread: a line of JSON for each.
#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <iostream>
#include <string>

using torch::Tensor;

namespace {

/// The other operands of ops on x [rows, columns].
struct Operands {
  explicit Operands(std::int64_t rows, std::int64_t columns)
      : like(torch::randn({rows, columns})),
        positive(0.1 + 0.9 * torch::rand({rows, columns})),
        row(torch::randn({columns})),
        column(torch::randn({rows, 1})),
        weight(torch::randn({64, columns})),
        mask(like < 0),
        order(torch::randperm(rows, torch::kLong)),
        labels(37 * torch::arange(rows) % columns),
        norm(columns) {}

  Tensor like, positive, row, column, weight, mask, order, labels;
  torch::nn::BatchNorm1d norm;
};

using Function = Tensor (*)(const Tensor& x, Operands& o);

/// Prints the median of five times in microseconds, each the mean of enough calls for the clock to be precise.
void measure(const std::string& name, const std::function<void()>& call) {
  const auto seconds_of = [&](int calls) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) call();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  int calls = 1;
  while (seconds_of(calls) < 0.05) calls *= 2;
  std::array<double, 5> microseconds;
  for (double& each : microseconds) each = seconds_of(calls) / calls * 1e6;
  std::sort(microseconds.begin(), microseconds.end());
  std::cout << nlohmann::json{{"name", name}, {"microseconds", microseconds[2]}}.dump() << std::endl;
}

void add(const std::string& name, Function f, bool gradient = true, bool positive = false) {
  for (const auto& [rows, columns] : {std::pair{128, 512}, {1024, 784}}) {
    Operands o(rows, columns);
    Tensor x = positive ? o.positive : torch::randn({rows, columns});
    const std::string size = "/" + std::to_string(rows) + "/" + std::to_string(columns);
    {
      const torch::NoGradGuard no_grad;
      measure(name + size, [&] { f(x, o); });
    }
    if (!gradient) continue;
    x.requires_grad_();
    const Tensor dy = torch::ones_like(f(x, o));
    measure(name + "+gradient" + size, [&] {
      x.mutable_grad() = Tensor();
      f(x, o).backward(dy);
    });
  }
}
void add_positive(const std::string& name, Function f) { add(name, f, true, true); }
void add_without_gradient(const std::string& name, Function f) { add(name, f, false); }

Tensor cube(const Tensor& x) { return x.reshape({x.size(0), -1, 16}); }

}  // namespace

int main() {
  at::set_num_threads(1);
  at::globalContext().setFlushDenormal(true);
  using T = const Tensor&;
  add("relu", [](T x, Operands&) { return torch::relu(x); });
  add("leaky_relu", [](T x, Operands&) { return torch::leaky_relu(x); });
  add("elu", [](T x, Operands&) { return torch::elu(x); });
  add("gelu", [](T x, Operands&) { return torch::gelu(x); });
  add("silu", [](T x, Operands&) { return torch::silu(x); });
  add("tanh", [](T x, Operands&) { return torch::tanh(x); });
  add("sigmoid", [](T x, Operands&) { return torch::sigmoid(x); });
  add("softplus", [](T x, Operands&) { return at::softplus(x); });
  add("dropout", [](T x, Operands&) { return torch::dropout(x, 0.2, true); });
  add("batch_norm", [](T x, Operands& o) { return o.norm(x); });
  add("linear", [](T x, Operands& o) { return at::linear(x, o.weight); });

  add("exp", [](T x, Operands&) { return torch::exp(x); });
  add("expm1", [](T x, Operands&) { return torch::expm1(x); });
  add_positive("log", [](T x, Operands&) { return torch::log(x); });
  add_positive("log1p", [](T x, Operands&) { return torch::log1p(x); });
  add("sin", [](T x, Operands&) { return torch::sin(x); });
  add("erf", [](T x, Operands&) { return torch::erf(x); });
  add_positive("sqrt", [](T x, Operands&) { return torch::sqrt(x); });
  add("square", [](T x, Operands&) { return torch::square(x); });
  add("abs", [](T x, Operands&) { return torch::abs(x); });
  add("clamp", [](T x, Operands&) { return torch::clamp(x, -1, 1); });
  add_positive("power 2.5", [](T x, Operands&) { return torch::pow(x, 2.5); });

  add("add", [](T x, Operands& o) { return x + o.like; });
  add("add row", [](T x, Operands& o) { return x + o.row; });
  add("add column", [](T x, Operands& o) { return x + o.column; });
  add("multiply", [](T x, Operands& o) { return x * o.like; });
  add("divide", [](T x, Operands& o) { return x / o.positive; });
  add("maximum", [](T x, Operands& o) { return torch::maximum(x, o.like); });
  add("where", [](T x, Operands& o) { return torch::where(o.mask, x, o.like); });
  add_without_gradient("less", [](T x, Operands& o) { return x < o.like; });

  add("sum", [](T x, Operands&) { return x.sum(); });
  add("sum over rows", [](T x, Operands&) { return x.sum(0); });
  add("sum over columns", [](T x, Operands&) { return x.sum(1); });
  add("sum over the middle", [](T x, Operands&) { return cube(x).sum(1); });
  add("sum over the outer", [](T x, Operands&) { return cube(x).sum(at::IntArrayRef({0, 2})); });
  add("max over rows", [](T x, Operands&) { return x.amax(0); });
  add("max over columns", [](T x, Operands&) { return x.amax(1); });
  add("variance over rows", [](T x, Operands&) { return x.var(0); });
  add_without_gradient("argmax over columns", [](T x, Operands&) { return x.argmax(1); });
  add("softmax", [](T x, Operands&) { return x.softmax(1); });
  add("softmax over rows", [](T x, Operands&) { return x.softmax(0); });
  add("log_softmax", [](T x, Operands&) { return x.log_softmax(1); });
  add("logsumexp", [](T x, Operands&) { return x.logsumexp(1); });
  add("cross_entropy", [](T x, Operands& o) { return at::cross_entropy_loss(x, o.labels); });
  add("bce_with_logits", [](T x, Operands& o) { return at::binary_cross_entropy_with_logits(x, o.positive); });
  add("mse", [](T x, Operands& o) { return at::mse_loss(x, o.like); });

  add("transpose", [](T x, Operands&) { return x.t().contiguous(); });
  add("permute 1 0 2", [](T x, Operands&) { return cube(x).permute({1, 0, 2}).contiguous(); });
  add("permute 0 2 1", [](T x, Operands&) { return cube(x).permute({0, 2, 1}).contiguous(); });
  add("permute 2 1 0", [](T x, Operands&) { return cube(x).permute({2, 1, 0}).contiguous(); });
  add("slice of columns", [](T x, Operands&) { return x.slice(1, 10, x.size(1) - 10).contiguous(); });
  add("concat rows", [](T x, Operands& o) { return torch::cat({x, o.like}, 0); });
  add("concat columns", [](T x, Operands& o) { return torch::cat({x, o.like}, 1); });
  add("gather_rows", [](T x, Operands& o) { return x.index_select(0, o.order); });
  add("index_add", [](T x, Operands& o) { return x.index_add(0, o.order, o.like); });
  add_without_gradient("one_hot", [](T x, Operands& o) { return at::one_hot(o.labels, x.size(1)).to(torch::kFloat); });
  add_without_gradient("randn", [](T x, Operands&) { return torch::randn_like(x); });
}
