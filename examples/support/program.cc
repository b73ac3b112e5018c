#include "examples/support/program.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <new>

#include "autograd/kernels/gemm.h"
#include "autograd/threads.h"
#include "examples/support/machine.h"
#include "examples/support/streams.h"
#include "nn/io/file.h"
#include "support/build_info.h"

namespace tandem::examples {
namespace {

volatile std::sig_atomic_t received = 0;
constexpr int caught[] = {SIGINT, SIGTERM, SIGHUP};

/// Notes the first signal; a second one, of whichever kind, ends the program once this returns.
extern "C" void note_signal(int signal) {
  std::signal(signal, SIG_DFL);
  if (received != 0) std::raise(signal);
  received = signal;
}

int fail(ExitCode code, const char* what) {
  complain(std::string("error: ") + what);
  return code;
}

/// No flag takes an empty text: one that is given comes from a shell variable that was not set.
void refuse_empty_texts(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options())
    for (const std::string& text : option->results())
      if (text.empty()) throw UsageError(option->get_name() + " is given an empty text");
  for (const CLI::App* command : app.get_subcommands()) refuse_empty_texts(*command);
}

/// Checks environment variables that are otherwise read only when they are needed: they are flags too.
void check_environment() {
  try {
    num_threads();
    kernels::gemm_backend();
  } catch (const ValueError& e) {
    throw UsageError(e.what());
  }
}

/// As far as the program itself can say.
int exit_code_of(int argc, char** argv, const std::string& description, const std::function<void(CLI::App&)>& add_flags,
                 const std::function<void()>& body) {
  CLI::App app(description);
  app.option_defaults()->always_capture_default();
  add_flags(app);
  app.set_version_flag("--version", "tandem " TANDEM_VERSION);
  try {
    app.parse(argc, argv);
    refuse_empty_texts(app);
    check_environment();
    limit_memory();
    body();
    return success;
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? success : bad_usage;
  } catch (const UsageError& e) {
    return fail(bad_usage, e.what());
  } catch (const io::FileError& e) {
    return fail(bad_data, e.what());
  } catch (const NotFiniteError& e) {
    return fail(not_finite, e.what());
  } catch (const Interrupted& e) {
    return interrupted + e.signal;
  } catch (const std::bad_alloc&) {
    return fail(failed, "out of memory\n  hint: a smaller model, or less data at a time, needs less");
  } catch (const std::exception& e) {
    return fail(failed, e.what());
  }
}

}  // namespace

int run_program(int argc, char** argv, const std::string& description, const std::function<void(CLI::App&)>& add_flags,
                const std::function<void()>& body) {
  occupy_closed_streams();
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond the user's size limit is then one that cannot be written
  const int code = exit_code_of(argc, argv, description, add_flags, body);
  if (everything_was_said()) return code;
  fail(failed, "standard output: not everything could be written");
  // Where a picture could not be read, the code would otherwise say that the answers for all others are there.
  return code == success || code == bad_data ? failed : code;
}

void catch_signals() {
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads the output may leave: the work goes on, and ends with exit code 1
  for (const int signal : caught)
    if (std::signal(signal, note_signal) == SIG_IGN && signal == SIGHUP) std::signal(signal, SIG_IGN);  // under nohup
}

int pending_signal() { return received; }

void release_signals() {
  for (const int signal : caught)
    if (std::signal(signal, SIG_DFL) == SIG_IGN) std::signal(signal, SIG_IGN);
  if (received != 0) std::raise(received);
}

}  // namespace tandem::examples
