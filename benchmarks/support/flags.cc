#include "benchmarks/support/flags.h"

#include <CLI/CLI.hpp>

#include "autograd/threads.h"
#include "examples/support/flags.h"

namespace tandem::benchmarks {

CLI::Option* add_thread_counts(CLI::App& app, std::vector<int>& threads) {
  return app.add_option("--threads", threads, "numbers of threads, one after the other")
      ->delimiter(',')
      ->check(examples::whole_number_from(1, most_threads));
}

void add_repetitions(CLI::App& app, const std::string& flag, int& repetitions, const std::string& help) {
  app.add_option(flag, repetitions, help)->check(examples::whole_number_from(1, 1'000'000));
}

}  // namespace tandem::benchmarks
