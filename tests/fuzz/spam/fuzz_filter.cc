#include "examples/support/spam/filter.h"
#include "tests/fuzz/input.h"

bool tandem::fuzz::read_filter(Bytes bytes) {
  const auto path = as_file(bytes);
  return accepts([&] {
    examples::spam::save_filter(folder() / "copy", examples::spam::load_filter(path));
    expect(accepts([] { examples::spam::load_filter(folder() / "copy"); }), "what was loaded, saved again, loads");
  });
}
