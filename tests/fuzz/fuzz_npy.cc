#include "nn/io/npy.h"
#include "tests/fuzz/input.h"

bool tandem::fuzz::read_npy(Bytes bytes) {
  return accepts([&] {
    io::save_npy(folder() / "copy", io::load_npy(as_file(bytes)));
    const std::string copy = read_bytes(folder() / "copy");
    io::save_npy(folder() / "copy", io::load_npy(folder() / "copy"));
    expect(read_bytes(folder() / "copy") == copy, "what was saved loads, and is saved alike");
    const auto data = copy.substr(copy.find('\n') + 1);
    expect(as_text(bytes).ends_with(data), "the numbers are the end of the file");
  });
}
