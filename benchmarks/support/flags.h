#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace tandem::benchmarks {

// Flags that several benchmarks have.

/// Adds --threads, numbers of threads separated by commas.
CLI::Option* add_thread_counts(CLI::App& app, std::vector<int>& threads);
/// Adds a flag for how often something is timed, from 1.
void add_repetitions(CLI::App& app, const std::string& flag, int& repetitions, const std::string& help);

}  // namespace tandem::benchmarks
