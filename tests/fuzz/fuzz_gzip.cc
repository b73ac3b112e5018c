#include "nn/io/gzip.h"
#include "tests/fuzz/input.h"

bool tandem::fuzz::read_gzip(Bytes bytes) {
  return accepts([&] {
    io::InputFile file(as_file(bytes));
    io::GzipFile gzip(file);
    // Pieces of changing size, so that they end everywhere in what zlib hands out.
    std::array<std::byte, 4096> piece;
    std::uint64_t total = 0;
    for (std::size_t wanted = 1;; wanted = wanted * 7 % 4096 + 1) {
      const std::size_t n = gzip.read_some(std::span(piece).first(wanted));
      expect(n <= wanted, "no more is read than asked for");
      total += n;
      if (n < wanted) break;
    }
    expect(gzip.read_some(piece) == 0, "nothing follows the end");
    expect(total <= gzip.largest_size(), "largest_size()");
  });
}
