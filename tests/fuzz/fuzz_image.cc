#include "nn/io/image.h"
#include "tests/fuzz/input.h"

bool tandem::fuzz::read_image(Bytes bytes) {
  const auto path = as_file(bytes);
  Tensor grey;
  const bool accepted = accepts([&] { grey = io::read_image(path); });
  const bool accepted_in_colour = accepts([&] {
    const Tensor colour = io::read_image(path, 3);
    expect(!accepted || colour.shape() == grey.shape().with(2, 3), "the same picture in grey and in colour");
  });
  expect(accepted == accepted_in_colour, "accepted in grey and in colour alike");
  expect(!accepted || grey.size() <= io::most_pixels, "no more than most_pixels");
  return accepted;
}
