#include "examples/support/draw/sheet.h"

#include "nn/io/image.h"
#include "tests/catch.h"

using namespace tandem;

TEST_CASE("sheet: as many images as are wanted, fewer of large ones", "[examples]") {
  CHECK(examples::images_across({28, 28, 1}, 20) == 20);
  CHECK(examples::images_across({256, 20, 3}, 20) == 15);
  CHECK(examples::images_across({20, 2000, 3}, 20) == 2);
  CHECK(examples::images_across({4096, 4096, 3}, 20) == 1);
}

TEST_CASE("sheet: no size of pictures makes one that write_png refuses", "[examples]") {
  constexpr Index padding = 2;
  for (Index extent = 1; extent <= 4096; ++extent) {
    const Index across = examples::images_across({extent, extent, 3}, 20);
    const auto pixels = [&](Index images) { return padding + images * (extent + padding); };
    REQUIRE(pixels(across) * pixels(across) <= io::most_pixels);
    REQUIRE(pixels(across) * pixels(2) <= io::most_pixels);
  }
}
