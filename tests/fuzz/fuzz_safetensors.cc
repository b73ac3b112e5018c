#include "nn/io/safetensors.h"
#include "tests/fuzz/input.h"

bool tandem::fuzz::read_safetensors(Bytes bytes) {
  const auto path = as_file(bytes);
  std::size_t described = 0;
  const bool header_accepted = accepts([&] { described = io::read_safetensors_header(path).tensors.size(); });
  const bool accepted = accepts([&] {
    const io::TensorFile file = io::load_safetensors(path);
    expect(file.tensors.size() == described, "all that the header describes is loaded");
    io::save_safetensors(folder() / "copy", file.tensors, file.metadata);
    const std::string copy = read_bytes(folder() / "copy");
    const io::TensorFile again = io::load_safetensors(folder() / "copy");
    io::save_safetensors(folder() / "copy", again.tensors, again.metadata);
    expect(read_bytes(folder() / "copy") == copy, "what was saved loads, and is saved alike");
  });
  expect(accepted == header_accepted, "a file whose header is accepted is accepted");
  return accepted;
}
