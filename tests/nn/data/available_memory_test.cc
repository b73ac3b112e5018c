#include "nn/data/available_memory.h"

#include <filesystem>

#include "tests/catch.h"
#include "tests/nn/io/bytes.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("available memory: as the system says, or the container", "[data]") {
  CHECK(data::available_memory() > 1'000'000);
  const TemporaryFolder root;
  const std::uint64_t whole = data::available_memory(root.path());
  CHECK(whole >= data::available_memory());

  std::filesystem::create_directories(root / "proc");
  std::filesystem::create_directories(root / "sys/fs/cgroup");
  write_bytes(root / "proc/meminfo", "MemTotal: 9999 kB\nMemFree: 8 kB\nMemAvailable:    5000 kB\nBuffers: 7 kB\n");
  CHECK(data::available_memory(root.path()) == 5'120'000);
  write_bytes(root / "sys/fs/cgroup/memory.max", "max\n");
  CHECK(data::available_memory(root.path()) == 5'120'000);
  write_bytes(root / "sys/fs/cgroup/memory.max", "4096000\n");
  CHECK(data::available_memory(root.path()) == 4'096'000);
  write_bytes(root / "proc/meminfo", "MemAvailable: lots\n");
  std::filesystem::remove(root / "sys/fs/cgroup/memory.max");
  CHECK(data::available_memory(root.path()) == whole);
}
