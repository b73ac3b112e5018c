// Single ops and optimisers, by Google Benchmark:
//
//     bench_ops --benchmark_filter=gelu
//
// Ops with a gradient are timed a second time with it. benchmarks/peers/libtorch_ops.cc has the same ops under the same
// names, and benchmarks/ops_table.py makes a table of the two. TANDEM_NUM_THREADS sets the number of threads.

#include <benchmark/benchmark.h>

#include "nn/optim/adam.h"
#include "nn/optim/sgd.h"
#include "tandem.h"

using namespace tandem;

namespace {

/// The other operands of ops on x [rows, columns].
struct Operands {
  explicit Operands(Index rows, Index columns)
      : like(randn({rows, columns})),
        positive(uniform({rows, columns}, 0.1, 1)),
        row(randn({columns})),
        column(randn({rows, 1})),
        weight(randn({64, columns})),
        mask(less(like, 0)),
        order(randperm(rows)),
        labels(remainder(rows, columns)),
        norm(columns) {}

  static Tensor remainder(Index rows, Index columns) {
    std::vector<std::int64_t> values;
    for (Index i = 0; i < rows; ++i) values.push_back(37 * i % columns);
    return tandem::labels(values);
  }

  Tensor like, positive, row, column, weight, mask, order, labels;
  nn::BatchNorm1d norm;
};

using Function = Tensor (*)(const Tensor& x, Operands& o);

/// y = f(x) for x [rows, columns], without a graph.
void forward(benchmark::State& state, Function f, bool positive) {
  const NoGrad no_grad;
  Operands o(state.range(0), state.range(1));
  const Tensor x = positive ? o.positive : randn({state.range(0), state.range(1)});
  for (auto _ : state) benchmark::DoNotOptimize(f(x, o));
  state.SetItemsProcessed(state.iterations() * x.size());
}

/// The same with its gradient.
void forward_backward(benchmark::State& state, Function f, bool positive) {
  Operands o(state.range(0), state.range(1));
  Tensor x = positive ? o.positive : randn({state.range(0), state.range(1)});
  x.requires_grad_();
  const Tensor dy = ones(f(x, o).shape());
  for (auto _ : state) {
    x.zero_grad();
    f(x, o).backward(dy);
  }
  state.SetItemsProcessed(state.iterations() * x.size());
}

template <class Optimizer>
void step(benchmark::State& state) {
  Tensor w = randn({state.range(0)}).requires_grad_();
  sum(square(w)).backward();
  Optimizer optimizer({w});
  for (auto _ : state) optimizer.step();
  state.SetItemsProcessed(state.iterations() * w.size());
}

void add(const std::string& name, Function f, bool gradient = true, bool positive = false) {
  for (const auto run : {forward, forward_backward}) {
    if (run == forward_backward && !gradient) continue;
    benchmark::RegisterBenchmark((name + (run == forward ? "" : "+gradient")).c_str(), run, f, positive)
        ->Args({128, 512})
        ->Args({1024, 784});
  }
}
void add_positive(const std::string& name, Function f) { add(name, f, true, true); }
void add_without_gradient(const std::string& name, Function f) { add(name, f, false); }

Tensor cube(const Tensor& x) { return x.reshape({x.dim(0), -1, 16}); }

}  // namespace

int main(int argc, char** argv) {
  using T = const Tensor&;
  add("relu", [](T x, Operands&) { return relu(x); });
  add("leaky_relu", [](T x, Operands&) { return leaky_relu(x); });
  add("elu", [](T x, Operands&) { return elu(x); });
  add("gelu", [](T x, Operands&) { return gelu(x); });
  add("silu", [](T x, Operands&) { return silu(x); });
  add("tanh", [](T x, Operands&) { return tanh(x); });
  add("sigmoid", [](T x, Operands&) { return sigmoid(x); });
  add("softplus", [](T x, Operands&) { return softplus(x); });
  add("dropout", [](T x, Operands&) { return dropout(x, 0.2); });
  add("batch_norm", [](T x, Operands& o) { return o.norm(x); });
  add("linear", [](T x, Operands& o) { return linear(x, o.weight); });

  add("exp", [](T x, Operands&) { return exp(x); });
  add("expm1", [](T x, Operands&) { return expm1(x); });
  add_positive("log", [](T x, Operands&) { return log(x); });
  add_positive("log1p", [](T x, Operands&) { return log1p(x); });
  add("sin", [](T x, Operands&) { return sin(x); });
  add("erf", [](T x, Operands&) { return erf(x); });
  add_positive("sqrt", [](T x, Operands&) { return sqrt(x); });
  add("square", [](T x, Operands&) { return square(x); });
  add("abs", [](T x, Operands&) { return abs(x); });
  add("clamp", [](T x, Operands&) { return clamp(x, -1, 1); });
  add_positive("power 2.5", [](T x, Operands&) { return power(x, 2.5); });

  add("add", [](T x, Operands& o) { return x + o.like; });
  add("add row", [](T x, Operands& o) { return x + o.row; });
  add("add column", [](T x, Operands& o) { return x + o.column; });
  add("multiply", [](T x, Operands& o) { return x * o.like; });
  add("divide", [](T x, Operands& o) { return x / o.positive; });
  add("maximum", [](T x, Operands& o) { return maximum(x, o.like); });
  add("where", [](T x, Operands& o) { return where(o.mask, x, o.like); });
  add_without_gradient("less", [](T x, Operands& o) { return less(x, o.like); });

  add("sum", [](T x, Operands&) { return sum(x); });
  add("sum over rows", [](T x, Operands&) { return sum(x, {0}); });
  add("sum over columns", [](T x, Operands&) { return sum(x, {1}); });
  add("sum over the middle", [](T x, Operands&) { return sum(cube(x), {1}); });
  add("sum over the outer", [](T x, Operands&) { return sum(cube(x), {0, 2}); });
  add("max over rows", [](T x, Operands&) { return max(x, {0}); });
  add("max over columns", [](T x, Operands&) { return max(x, {1}); });
  add("variance over rows", [](T x, Operands&) { return variance(x, {0}); });
  add_without_gradient("argmax over columns", [](T x, Operands&) { return argmax(x); });
  add("softmax", [](T x, Operands&) { return softmax(x); });
  add("softmax over rows", [](T x, Operands&) { return softmax(x, 0); });
  add("log_softmax", [](T x, Operands&) { return log_softmax(x); });
  add("logsumexp", [](T x, Operands&) { return logsumexp(x); });
  add("cross_entropy", [](T x, Operands& o) { return cross_entropy(x, o.labels); });
  add("bce_with_logits", [](T x, Operands& o) { return bce_with_logits(x, o.positive); });
  add("mse", [](T x, Operands& o) { return mse(x, o.like); });

  add("transpose", [](T x, Operands&) { return transpose(x); });
  add("permute 1 0 2", [](T x, Operands&) { return permute(cube(x), {1, 0, 2}); });
  add("permute 0 2 1", [](T x, Operands&) { return permute(cube(x), {0, 2, 1}); });
  add("permute 2 1 0", [](T x, Operands&) { return permute(cube(x), {2, 1, 0}); });
  add("slice of columns", [](T x, Operands&) { return slice(x, 1, 10, x.dim(1) - 10); });
  add("concat rows", [](T x, Operands& o) { return concat({x, o.like}, 0); });
  add("concat columns", [](T x, Operands& o) { return concat({x, o.like}, 1); });
  add("gather_rows", [](T x, Operands& o) { return gather_rows(x, o.order); });
  add("index_add", [](T x, Operands& o) { return index_add(x, o.order, o.like); });
  add_without_gradient("one_hot", [](T x, Operands& o) { return one_hot(o.labels, x.dim(1)); });
  add_without_gradient("randn", [](T x, Operands&) { return randn(x.shape()); });

  benchmark::RegisterBenchmark("adam", step<optim::Adam>)->Arg(669'706);
  benchmark::RegisterBenchmark("adamw", step<optim::AdamW>)->Arg(669'706);
  benchmark::RegisterBenchmark("sgd", step<optim::SGD>)->Arg(669'706);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;  // as for the other programs
  benchmark::RunSpecifiedBenchmarks();
}
