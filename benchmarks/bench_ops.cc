// Single ops and kernels, by Google Benchmark:
//
//     bench_ops --benchmark_filter=adam
//
// Threads: TANDEM_NUM_THREADS.

#include <benchmark/benchmark.h>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/noise.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/softmax.h"
#include "autograd/random.h"
#include "nn/optim/adam.h"
#include "nn/optim/sgd.h"

using namespace tandem;

namespace {

using Function = Tensor (*)(const Tensor&);

/// y = f(x) for x [rows, columns], without a graph; bytes read and written.
void forward(benchmark::State& state, Function f) {
  const NoGrad no_grad;
  const Tensor x = randn({state.range(0), state.range(1)});
  for (auto _ : state) benchmark::DoNotOptimize(f(x));
  state.SetBytesProcessed(state.iterations() * x.size() * 8);
}

/// The same with its gradient.
void forward_backward(benchmark::State& state, Function f) {
  Tensor x = randn({state.range(0), state.range(1)}).requires_grad_();
  for (auto _ : state) {
    x.zero_grad();
    f(x).backward(ones(x.shape()));
  }
  state.SetBytesProcessed(state.iterations() * x.size() * 16);
}

template <class Optimizer>
void step(benchmark::State& state) {
  Tensor w = randn({state.range(0)}).requires_grad_();
  sum(square(w)).backward();
  Optimizer optimizer({w});
  for (auto _ : state) optimizer.step();
  state.SetItemsProcessed(state.iterations() * w.size());
}

void classification_loss(benchmark::State& state) {
  Tensor logits = randn({128, 10}).requires_grad_();
  const Tensor label = full({128}, 3, DType::int64);
  for (auto _ : state) {
    logits.zero_grad();
    cross_entropy(logits, label).backward();
  }
}

void pixel_loss(benchmark::State& state) {
  Tensor logits = randn({128, 784}).requires_grad_();
  const Tensor x = uniform({128, 784});
  for (auto _ : state) {
    logits.zero_grad();
    sum(bce_with_logits(logits, x, Reduction::none)).backward();
  }
  state.SetBytesProcessed(state.iterations() * x.size() * 16);
}

void random_normal(benchmark::State& state) {
  Generator generator(1);
  for (auto _ : state) benchmark::DoNotOptimize(randn({state.range(0)}, DType::float32, generator));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void both(const char* name, Function f) {
  for (const auto run : {forward, forward_backward})
    benchmark::RegisterBenchmark((std::string(name) + (run == forward ? "" : "+gradient")).c_str(), run, f)
        ->Args({128, 512})
        ->Args({1024, 784});
}

}  // namespace

int main(int argc, char** argv) {
  both("relu", [](const Tensor& x) { return relu(x); });
  both("tanh", [](const Tensor& x) { return tanh(x); });
  both("sigmoid", [](const Tensor& x) { return sigmoid(x); });
  both("exp", [](const Tensor& x) { return exp(x); });
  both("softmax", [](const Tensor& x) { return softmax(x); });
  both("add", [](const Tensor& x) { return x + x; });
  both("dropout", [](const Tensor& x) { return dropout(x, 0.2); });
  benchmark::RegisterBenchmark("cross_entropy+gradient", classification_loss);
  benchmark::RegisterBenchmark("bce_with_logits+gradient", pixel_loss);
  benchmark::RegisterBenchmark("randn", random_normal)->Arg(2560)->Arg(100'000);
  benchmark::RegisterBenchmark("adam", step<optim::Adam>)->Arg(669'706);
  benchmark::RegisterBenchmark("adamw", step<optim::AdamW>)->Arg(669'706);
  benchmark::RegisterBenchmark("sgd", step<optim::SGD>)->Arg(669'706);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
