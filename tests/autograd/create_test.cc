#include "autograd/create.h"

#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;
using Catch::Matchers::Message;

TEST_CASE("create: constants", "[autograd]") {
  CHECK(zeros({2, 2}).to_vector<float>() == std::vector<float>(4, 0));
  CHECK(ones({3}, DType::int64).to_vector<std::int64_t>() == std::vector<std::int64_t>(3, 1));
  CHECK(full({2}, 2.5, DType::float64).to_vector<double>() == std::vector<double>{2.5, 2.5});
  CHECK(scalar(3).rank() == 0);
  CHECK(scalar(3).item() == 3);
  CHECK(zeros({0, 4}).size() == 0);
  const Tensor like = ones_like(zeros({2, 3}, DType::float64));
  CHECK(like.dtype() == DType::float64);
  CHECK(like.shape() == Shape{2, 3});
  CHECK(zeros_like(labels({1, 2})).dtype() == DType::int64);
}

TEST_CASE("create: written out", "[autograd]") {
  CHECK(tensor({{1}, {2}}).shape() == Shape{2, 1});
  CHECK(tensor({{1}}).shape() == Shape{1, 1});
  CHECK(tensor({1}).shape() == Shape{1});
  CHECK(tensor({}).shape() == Shape{0});
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK(x.shape() == Shape{2, 3});
  CHECK(x.dtype() == DType::float32);
  CHECK(x.to_vector<float>() == std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(tensor({1, 2}, DType::uint8).dtype() == DType::uint8);
  CHECK(labels({3, 1}).dtype() == DType::int64);
  CHECK_THROWS_MATCHES(tensor({{1, 2}, {3, 4, 5}}), ShapeError,
                       Message("tensor: a row of 3 values after one of 2\n  rule: all rows are equally long"));
}

TEST_CASE("create: from a vector", "[autograd]") {
  const Tensor x = tensor(std::vector<std::uint8_t>{1, 2, 3, 255}, {2, 2}, DType::float32);
  CHECK(x.to_vector<float>() == std::vector<float>{1, 2, 3, 255});
  CHECK(tensor(std::vector<std::int64_t>{1}, {1}).dtype() == DType::int64);
  CHECK_THROWS_MATCHES(tensor(std::vector<float>{1, 2, 3}, {2, 2}), ShapeError,
                       Message("tensor: 3 values for shape [2, 2]\n  rule: values.size() == product of the extents"));
}

TEST_CASE("create: from a vector alone", "[autograd]") {
  const Tensor x = tensor(std::vector<double>{1, 2, 3}), y = labels(std::vector<std::int64_t>{4, 5});
  CHECK(x.shape() == Shape{3});
  CHECK(x.dtype() == DType::float64);
  CHECK(y.to_vector<std::int64_t>() == std::vector<std::int64_t>{4, 5});
  CHECK(tensor(std::vector<float>{1}, DType::float64).dtype() == DType::float64);
}

TEST_CASE("create: ranges", "[autograd]") {
  check_equal(arange(0, 4), tensor({0, 1, 2, 3}));
  check_equal(arange(5, 2, -1.5), tensor({5, 3.5}));
  check_equal(arange(0, 1, 0.25), tensor({0, 0.25, 0.5, 0.75}));
  CHECK(arange(3, 3).size() == 0);
  CHECK(arange(3, 0).size() == 0);
  CHECK(arange(0, 3, 1, DType::int64).dtype() == DType::int64);
  CHECK_THROWS_AS(arange(0, 1, 0), ValueError);
  check_equal(linspace(-1, 1, 5), tensor({-1, -0.5, 0, 0.5, 1}));
  CHECK(linspace(0, 0.1, 4, DType::float64).to_vector<double>().back() == 0.1);
  check_equal(linspace(3, 9, 1), tensor({3}));
  CHECK(linspace(0, 1, 0).size() == 0);
  CHECK_THROWS_AS(linspace(0, 1, -1), ValueError);
  check_equal(eye(3), tensor({{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}));
}

TEST_CASE("arange: what is not finite is refused, with the reason", "[autograd]") {
  const auto step = ContainsSubstring("hint: the step is finite and not 0");
  CHECK_THAT(message_of<ValueError>([] { arange(0, 5, HUGE_VAL); }), step);
  CHECK_THAT(message_of<ValueError>([] { arange(0, 5, 0); }), step);
  CHECK_THAT(message_of<ValueError>([] { arange(-1e308, 1e308, 1); }),
             ContainsSubstring("end 1e+308") && ContainsSubstring("hint: (end - start) / step is finite"));
  CHECK_THROWS_AS(arange(0, HUGE_VAL), ValueError);
  CHECK_THROWS_AS(arange(0, NAN), ValueError);
}

TEST_CASE("linspace: a distance that is not finite is refused", "[autograd]") {
  CHECK_THROWS_AS(linspace(-1e308, 1e308, 3, DType::float64), ValueError);
  CHECK_THROWS_AS(linspace(0, NAN, 3), ValueError);
}
