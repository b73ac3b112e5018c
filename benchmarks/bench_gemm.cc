// How close the matrix products of training come to what the processor can do, beside other libraries.
//
//     bench_gemm                      the products of w1, w2 and w3, with one thread and with two
//     bench_gemm --workload w2 --threads 1 --rounds 31

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include "autograd/kernels/peak.h"
#include "autograd/threads.h"
#include "benchmarks/support/flags.h"
#include "benchmarks/support/gemm_peers.h"
#include "benchmarks/support/rounds.h"
#include "examples/support/flags.h"
#include "examples/support/program.h"

using namespace tandem;
using namespace tandem::benchmarks;

namespace {

/// Times one product by all libraries, in turn with the processor's limit.
/// @return the median seconds of each library
std::vector<double> compare(const GemmShape& shape, const std::vector<GemmLibrary>& libraries, int rounds) {
  const GemmOperands operands(shape);
  double limit_flop = 0;
  std::vector<Contender> contenders{{"limit", [&] { limit_flop = kernels::multiply_add_loop(); }}};
  for (const GemmLibrary& library : libraries)
    contenders.push_back({library.name, [&] { operands.multiply_by(library); }});
  const std::vector<Timing> timings = time_in_turn(contenders, rounds, 0.003);

  const double limit = limit_flop / timings[0].median();
  fmt::print("{:<16} {:>4} x {:>4} x {:>4} {:>8.1f}", shape.name, shape.m, shape.n, shape.k, limit / 1e9);
  std::vector<double> medians;
  for (std::size_t i = 1; i < timings.size(); ++i) {
    const double rate = shape.flop() / timings[i].median();
    fmt::print(" {:>8.1f} {:>3.0f} %", rate / 1e9, 100 * rate / limit);
    medians.push_back(timings[i].median());
  }
  fmt::print("   {:.0e}\n", operands.difference(libraries.front(), libraries.back()));
  return medians;
}

void compare_workload(const std::string& name, Index batch, int rounds, const std::vector<GemmLibrary>& libraries) {
  fmt::print("\n{}, batch {}, {} thread{}: GFLOP/s and share of the limit\n", name, batch, num_threads(),
             num_threads() == 1 ? "" : "s");
  fmt::print("{:<16} {:>18} {:>8}", "product", "m x n x k", "limit");
  for (const GemmLibrary& library : libraries) fmt::print(" {:>14}", library.name);
  fmt::print("   difference\n");
  std::vector<double> total(libraries.size());
  double flop = 0;
  for (const GemmShape& shape : products_of(name, batch)) {
    const std::vector<double> medians = compare(shape, libraries, rounds);
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += medians[i];
    flop += shape.flop();
  }
  fmt::print("{:<44}", "a step");
  for (const double seconds : total) fmt::print(" {:>14.1f}", flop / seconds / 1e9);
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> workloads{"w1", "w2", "w3"};
  std::vector<int> threads{1, 2};
  std::vector<std::string> chosen;
  int rounds = 21;
  Index batch = 128;
  std::vector<GemmLibrary> libraries = benchmarks::gemm_backends();
  const auto peers = gemm_peers();
  libraries.insert(libraries.end() - 1, peers.begin(), peers.end());  // the reference, eigen, stays the last
  std::vector<std::string> known;
  for (const GemmLibrary& library : libraries) known.push_back(library.name);

  const auto add_flags = [&](CLI::App& app) {
    app.add_option("--workload", workloads, "w1, w2, w3")->delimiter(',')->check(CLI::IsMember({"w1", "w2", "w3"}));
    add_thread_counts(app, threads);
    app.add_option("--libraries", chosen, "only these, as avx512,onednn,eigen")
        ->delimiter(',')
        ->check(CLI::IsMember(known))
        ->default_str("");
    add_repetitions(app, "--rounds", rounds, "repetitions; medians are shown");
    app.add_option("--batch-size", batch, "rows of a batch")->check(examples::whole_number_from(1, 1 << 20));
  };
  return examples::run_program(argc, argv, "Times the matrix products of training.", add_flags, [&] {
    if (!chosen.empty())
      std::erase_if(libraries, [&](const GemmLibrary& library) {
        return std::find(chosen.begin(), chosen.end(), library.name) == chosen.end();
      });
    for (const int n : threads) {
      set_num_threads(n);
      for (const std::string& name : workloads) compare_workload(name, batch, rounds, libraries);
    }
  });
}
