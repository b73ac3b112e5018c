// How the cost of a training step grows: with the batch, with the width, and with the depth of an MLP.
//
//     bench_scaling                       a table, one thread and all
//     bench_scaling --plot scaling.html   and the same as a page with charts
//
// Each step is forward, cross-entropy, backward and SGD, on data that is in memory; its speed stands beside that of
// a loop of multiply-adds in the same rounds.

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <thread>

#include "autograd/create.h"
#include "autograd/kernels/peak.h"
#include "autograd/ops/loss.h"
#include "autograd/random.h"
#include "autograd/threads.h"
#include "benchmarks/support/flags.h"
#include "benchmarks/support/rounds.h"
#include "examples/support/draw/page.h"
#include "examples/support/draw/svg_charts.h"
#include "examples/support/program.h"
#include "examples/support/streams.h"
#include "models/mlp.h"
#include "nn/io/file.h"
#include "nn/optim/sgd.h"

using namespace tandem;
using namespace tandem::benchmarks;

namespace {

/// A net of `depth` hidden layers, all as wide as its input.
struct Size {
  Index batch = 128, width = 512, depth = 2;

  /// Of the products of a step: forward, gradient of the weights and, except in the first layer, of the input.
  double flop() const {
    const double square = 2.0 * static_cast<double>(batch * width * width);
    return square * static_cast<double>(2 + 3 * (depth - 1)) + 3 * 2.0 * static_cast<double>(batch * width * classes);
  }
  /// Of the product of one hidden layer.
  double product_flop() const { return 2.0 * static_cast<double>(batch * width * width); }

  static constexpr Index classes = 10;
};

struct Result {
  double seconds, gflops, share;
};

Result measure(const Size& size, int rounds) {
  manual_seed(1);
  models::Mlp model({.inputs = size.width,
                     .hidden = std::vector<Index>(static_cast<std::size_t>(size.depth), size.width),
                     .classes = Size::classes});
  optim::SGD optimizer(model.parameters(), {.lr = 0.01});
  const Tensor x = uniform({size.batch, size.width});
  const Tensor y = zeros({size.batch}, DType::int64);
  double limit_flop = 0;
  const auto timings = time_in_turn({{"step",
                                      [&] {
                                        const Tensor loss = cross_entropy(model(x), y);
                                        optimizer.zero_grad();
                                        loss.backward();
                                        optimizer.step();
                                      }},
                                     {"limit", [&] { limit_flop = kernels::multiply_add_loop(); }}},
                                    rounds, 0.03);
  const double seconds = timings[0].median(), gflops = size.flop() / seconds / 1e9;
  return {seconds, gflops, gflops / (limit_flop / timings[1].median() / 1e9)};
}

/// One of the three sizes goes from small to large; the others keep their defaults.
struct Sweep {
  const char* name;
  Index Size::*size;
  std::vector<Index> values;
};

/// Prints the table, a line for each size and number of threads; writes the page to `plot`, unless that is empty.
void measure_all(int rounds, const std::vector<int>& threads, const std::filesystem::path& plot) {
  const std::vector<Sweep> sweeps = {{"batch", &Size::batch, {32, 64, 128, 256, 512, 1024, 2048, 4096}},
                                     {"width", &Size::width, {64, 128, 256, 512, 1024, 2048, 4096}},
                                     {"depth", &Size::depth, {2, 4, 8, 16, 32, 64}}};
  std::vector<std::string> charts;
  std::vector<examples::Key> keys;
  for (const int count : threads)
    keys.push_back({count > 1 ? "gen" : "dis", fmt::format("{} thread{}", count, count > 1 ? "s" : "")});
  fmt::print(
      "| batch | width | depth | threads | ms a step | GFLOP/s | of the limit | MFLOP of a product |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
  for (const Sweep& sweep : sweeps) {
    std::vector<examples::Curve> curves;
    for (std::size_t i = 0; i < threads.size(); ++i) {
      const int count = threads[i];
      set_num_threads(count);
      examples::Curve curve{keys[i].name, keys[i].css, {}, {}};
      for (const Index value : sweep.values) {
        Size size;
        size.*sweep.size = value;
        const Result result = measure(size, rounds);
        examples::say(fmt::format("| {} | {} | {} | {} | {:.3f} | {:.0f} | {:.0f} % | {:.1f} |\n", size.batch,
                                  size.width, size.depth, count, 1e3 * result.seconds, result.gflops,
                                  100 * result.share, size.product_flop() / 1e6));
        curve.x.push_back(static_cast<double>(value));
        curve.y.push_back(100 * result.share);
      }
      curves.push_back(curve);
    }
    charts.push_back(examples::figure(examples::curve_chart(fmt::format("Share of the limit by {}", sweep.name), curves,
                                                            {sweep.name, "% of the limit", true}),
                                      examples::legend(keys)));
  }
  if (plot.empty()) return;
  const examples::PageSection section{"scaling", "Batch, width, depth",
                                      "Batch 128, width 512 and two hidden layers, but for what the axis names.",
                                      examples::row(charts)};
  io::write_atomically(plot, examples::page("Scaling",
                                            "The speed of a training step, as a share of what a loop of "
                                            "multiply-adds reaches.",
                                            {section}, ""));
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 11;
  std::vector<int> threads{1};
  if (const int all = static_cast<int>(std::thread::hardware_concurrency()); all > 1) threads.push_back(all);
  std::filesystem::path plot;
  const auto add_flags = [&](CLI::App& app) {
    add_repetitions(app, "--rounds", rounds, "whose median is shown");
    add_thread_counts(app, threads);
    app.add_option("--plot", plot, "file for a page with charts, HTML")->type_name("FILE");
  };
  return examples::run_program(argc, argv, "Times training steps of MLPs of many sizes.", add_flags,
                               [&] { measure_all(rounds, threads, plot); });
}
