// The entry of libFuzzer, compiled once for each reader.

#include "tests/fuzz/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tandem::fuzz::TANDEM_FUZZ_READER(std::as_bytes(std::span(data, size)));
  return 0;
}
