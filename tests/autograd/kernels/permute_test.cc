#include "autograd/kernels/permute.h"

#include <algorithm>
#include <vector>

#include "autograd/create.h"
#include "autograd/ops/shape.h"
#include "tests/catch.h"

using namespace tandem;

TEST_CASE("permute: every order of four axes, every type", "[autograd]") {
  const DType dtype = GENERATE(DType::float32, DType::float64, DType::int64, DType::uint8);
  const Shape shape =
      GENERATE(Shape{2, 3, 5, 7}, Shape{1, 40, 1, 33}, Shape{16, 2, 64, 3}, Shape{70, 1, 2, 1}, Shape{3, 600, 2, 5});
  const auto in = [](const Shape& s, const Index(&at)[4]) {
    return ((at[0] * s[1] + at[1]) * s[2] + at[2]) * s[3] + at[3];
  };
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 251);
  const Tensor x = tensor(values, shape, dtype);
  std::vector<int> order = {0, 1, 2, 3};
  do {
    const Tensor y = permute(x, order);
    const auto permuted = y.to_vector<double>();
    Index wrong = 0, at[4];
    for (at[0] = 0; at[0] < shape[0]; ++at[0])
      for (at[1] = 0; at[1] < shape[1]; ++at[1])
        for (at[2] = 0; at[2] < shape[2]; ++at[2])
          for (at[3] = 0; at[3] < shape[3]; ++at[3]) {
            const Index there[4] = {at[order[0]], at[order[1]], at[order[2]], at[order[3]]};
            wrong += permuted[static_cast<std::size_t>(in(y.shape(), there))] !=
                     values[static_cast<std::size_t>(in(shape, at))];
          }
    CAPTURE(shape, order);
    CHECK(wrong == 0);
  } while (std::next_permutation(order.begin(), order.end()));
}
