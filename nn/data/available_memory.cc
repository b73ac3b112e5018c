#include "nn/data/available_memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace tandem::data {
namespace {

std::uint64_t memory_of_the_machine() {
  const long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);
  if (pages <= 0 || bytes <= 0) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(bytes);
}

}  // namespace

std::uint64_t available_memory(const std::filesystem::path& root) {
  std::uint64_t bytes = memory_of_the_machine();
  std::ifstream table(root / "proc/meminfo");
  for (std::string line; std::getline(table, line);)
    if (std::uint64_t kilobytes = 0;
        line.starts_with("MemAvailable:") && std::istringstream(line.substr(13)) >> kilobytes)
      bytes = kilobytes * 1024;
  std::ifstream container(root / "sys/fs/cgroup/memory.max");  // a number, or "max"
  if (std::uint64_t limit = 0; container >> limit) bytes = std::min(bytes, limit);
  return bytes;
}

}  // namespace tandem::data
