#pragma once

#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/temporary.h"

namespace tandem::test {

using CommandLine = std::vector<std::string>;

inline CommandLine operator+(CommandLine a, const CommandLine& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// A path or a flag as one word of a shell's command line.
std::string shell_word(const std::string& text);

/// How a program ended and what it printed, standard output and error together.
struct Outcome {
  int exit_code = 0;  ///< 128 and the signal's number if a signal ended it
  std::string output;
};

/// A program under way.
class RunningProgram {
 public:
  /// @param name             of a program of examples/ or benchmarks/, or an absolute path
  /// @param file_size_limit  largest file that it may write, in bytes, as on a full disk; 0 for no limit
  RunningProgram(const std::string& name, const CommandLine& arguments, std::size_t file_size_limit = 0);
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;
  ~RunningProgram();  ///< none outlives its test
  void send(int signal) const { ::kill(pid_, signal); }
  Outcome wait();

 private:
  pid_t pid_;
  bool ended_ = false;
  TemporaryFolder folder_;
};

inline Outcome run(const std::string& name, const CommandLine& arguments, std::size_t file_size_limit = 0) {
  return RunningProgram(name, arguments, file_size_limit).wait();
}

/// Set while this lives, for the programs that are run meanwhile.
class EnvironmentVariable {
 public:
  EnvironmentVariable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;
  ~EnvironmentVariable() {
    if (before_) ::setenv(name_, before_->c_str(), 1);
    else ::unsetenv(name_);
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

nlohmann::json read_json(const std::filesystem::path& path);
std::vector<nlohmann::json> json_lines(const std::string& text);
std::vector<nlohmann::json> read_json_lines(const std::filesystem::path& path);
/// Both fail the test after a minute.
void wait_until(const std::function<bool()>& holds);
void wait_for_lines(const std::filesystem::path& path, std::size_t lines);

}  // namespace tandem::test
