#include "nn/data/idx.h"
#include "nn/io/gzip.h"
#include "tests/fuzz/input.h"

bool tandem::fuzz::read_idx(Bytes bytes) {
  return accepts([&] {
    const Tensor x = data::read_idx(as_file(bytes));
    expect(x.dtype() == DType::uint8 && x.rank() >= 1 && x.rank() <= 4, "uint8, of rank 1 to 4");
    if (io::GzipFile::recognises(bytes.first<2>())) return;
    data::write_idx(folder() / "copy", x);
    expect(read_bytes(folder() / "copy") == as_text(bytes), "what was read is written alike");
  });
}
