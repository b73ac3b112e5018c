#include "examples/support/machine.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <string>
#include <vector>

#include "nn/data/available_memory.h"
#include "tests/catch.h"

using namespace tandem;

TEST_CASE("machine: no more memory is given than there is", "[programs]") {
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_DATA, &before) == 0);
  examples::limit_memory();
  const std::size_t quarter = data::available_memory() / 4;
  std::vector<void*> taken;
  for (int i = 0; i < 8; ++i) {  // twice what there is, which nobody uses, and Linux would promise
    void* const memory = mmap(nullptr, quarter, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) taken.push_back(memory);
  }
  for (void* memory : taken) munmap(memory, quarter);
  setrlimit(RLIMIT_DATA, &before);
  CHECK(taken.size() >= 3);
  CHECK(taken.size() <= 5);
}

TEST_CASE("machine: the compiler's flags are as it gets them", "[examples]") {
  const std::string flags = examples::compiler_and_flags();
  CAPTURE(flags);
  CHECK(flags.find_first_of("<>;$") == std::string::npos);
  CHECK(flags.find("-Wno-") == std::string::npos);
}
