#pragma once

#include <functional>
#include <string>

#include "autograd/error.h"

namespace CLI {
class App;  // its header is most of a program's compile time, and few files need it
}

namespace tandem::examples {

/// How a program ends; the same for all programs.
enum ExitCode : int {
  success = 0,
  failed = 1,         ///< something went wrong while running
  bad_usage = 2,      ///< flags that make no sense
  bad_data = 3,       ///< data or a model file that is missing or malformed
  not_finite = 4,     ///< the loss or the model became NaN or infinite
  interrupted = 128,  ///< plus the number of the signal: 130 for Ctrl-C, 129 for a closed terminal
};

/// Flags that make no sense together, found after they were parsed.
struct UsageError : Error {
  using Error::Error;
};
/// A signal asked the program to end, and it has saved what it had.
struct Interrupted {
  int signal;
};

/// Parses the flags and runs the program: every way in which it can end becomes its exit code, and every error is
/// printed for people. `--help` and `--version` are added.
int run_program(int argc, char** argv, const std::string& description, const std::function<void(CLI::App&)>& add_flags,
                const std::function<void()>& body);
/// The same with flags that `options.add_to(app)` adds.
template <class Options>
requires requires(Options options, CLI::App& app) { options.add_to(app); }
int run_program(int argc, char** argv, const std::string& description, Options& options,
                const std::function<void()>& body) {
  return run_program(
      argc, argv, description, [&](CLI::App& app) { options.add_to(app); }, body);
}

/// From here on SIGINT, SIGTERM and SIGHUP (unless nohup ignores it) are noted instead of fatal: pending_signal() is
/// then not 0. A second one, of whichever kind, ends the program at once. SIGPIPE is ignored: whoever reads the output
/// may leave.
void catch_signals();
int pending_signal();
/// For when nothing is left to save: from here on a signal ends the program at once, and so does one noted before.
void release_signals();

}  // namespace tandem::examples
