#include "examples/support/machine.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <sstream>

#include "nn/data/available_memory.h"
#include "support/build_info.h"

namespace tandem::examples {
namespace {

/// Set before main(), for systems that do not tell when a process was started.
const auto loaded = std::chrono::steady_clock::now();

/// Start of this process in clock ticks after the machine was booted, from /proc (proc(5), field 22); -1 if unknown.
double start_ticks() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return -1;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  double ticks = -1;
  fields >> ticks;
  return ticks;
}

}  // namespace

std::string compiler_and_flags() { return TANDEM_COMPILER; }

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

void limit_memory() {
#if defined(__linux__)
  std::ifstream table("/proc/self/status");
  rlimit limit{};
  for (std::string line; std::getline(table, line);)  // "VmData:   1234 kB", what the limit counts
    if (rlim_t kilobytes = 0; line.starts_with("VmData:") && std::istringstream(line.substr(7)) >> kilobytes &&
                              getrlimit(RLIMIT_DATA, &limit) == 0) {
      limit.rlim_cur = std::min<rlim_t>(limit.rlim_cur, kilobytes * 1024 + data::available_memory());
      setrlimit(RLIMIT_DATA, &limit);  // if that fails, all is as before
    }
#endif
}

double seconds_since_start() {
#if defined(CLOCK_BOOTTIME)
  timespec now{};
  static const double ticks = start_ticks();
  if (ticks >= 0 && clock_gettime(CLOCK_BOOTTIME, &now) == 0)
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9 -
           ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
#endif
  return seconds_since(loaded);
}

double seconds_since(std::chrono::steady_clock::time_point moment) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - moment).count();
}

}  // namespace tandem::examples
