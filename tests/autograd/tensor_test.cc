#include "autograd/tensor.h"

#include "autograd/create.h"
#include "autograd/eigen.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;
using Catch::Matchers::Message;

TEST_CASE("tensor: a handle shares what it refers to", "[autograd]") {
  Tensor a = tensor({1, 2, 3});
  Tensor b = a;
  CHECK(a.is_same(b));
  b.fill_(7);
  check_equal(a, tensor({7, 7, 7}));
  b = tensor({1});
  check_equal(a, tensor({7, 7, 7}));
  CHECK_FALSE(Tensor().defined());
}

TEST_CASE("tensor: the shape of a temporary stays", "[autograd]") {
  const Shape& shape = ones({2, 3}).shape();
  const Tensor other = zeros({5, 5, 5});  // where the temporary was
  CHECK(shape == Shape{2, 3});
}

TEST_CASE("tensor: what a function returns is not assigned to, which would change nothing", "[autograd]") {
  STATIC_REQUIRE(std::is_assignable_v<Tensor&, Tensor>);
  STATIC_REQUIRE_FALSE(std::is_assignable_v<Tensor, Tensor>);  // x[0] = y
}

TEST_CASE("tensor: views share storage", "[autograd]") {
  Tensor x = arange(0, 12).reshape({3, 4});
  Tensor flat = x.reshape({-1}), rows = x.rows(1, 3), row = x[2], cell = x[-1][-2];
  for (const Tensor* view : {&flat, &rows, &row, &cell}) CHECK(view->shares_storage(x));
  CHECK(rows.shape() == Shape{2, 4});
  CHECK(rows.offset() == 4);
  CHECK(row.shape() == Shape{4});
  CHECK(cell.shape() == Shape{});
  CHECK(cell.item() == 10);
  row.fill_(-1);
  check_equal(x, tensor({{0, 1, 2, 3}, {4, 5, 6, 7}, {-1, -1, -1, -1}}));
  check_equal(rows, tensor({{4, 5, 6, 7}, {-1, -1, -1, -1}}));
  rows.rows(0, 1).reshape({2, 2})[0].mul_(10);
  check_equal(x[1], tensor({40, 50, 6, 7}));
  CHECK(x.version() == flat.version());

  CHECK_FALSE(x.clone().shares_storage(x));
  CHECK(x.detach().shares_storage(x));
  CHECK(x.raw_data() == flat.raw_data());
  CHECK(reinterpret_cast<std::uintptr_t>(x.raw_data()) % 64 == 0);
}

TEST_CASE("tensor: views outlive what they were taken from", "[autograd]") {
  Tensor row;
  {
    const Tensor x = tensor({{1, 2}, {3, 4}});
    row = x[1];
  }
  check_equal(row, tensor({3, 4}));
  check_equal(exp(std::move(row) * 0), tensor({1, 1}));
}

TEST_CASE("tensor: views are in the graph", "[autograd]") {
  const Tensor x = arange(0, 6, 1, DType::float64).reshape({3, 2}).detach().requires_grad_();
  sum(x[1] * 2 + x.rows(0, 2).reshape({4}).rows(0, 2)).backward();
  check_equal(x.grad(), tensor({{1, 1}, {2, 2}, {0, 0}}, DType::float64));
}

TEST_CASE("tensor: bad views are refused", "[autograd]") {
  const Tensor x = zeros({3, 4});
  CHECK_THROWS_MATCHES(x.reshape({5, -1}), ShapeError,
                       Message("reshape: x is [3, 4]\n  rule: the known extents, together 5, divide the number of "
                               "elements"));
  CHECK_THROWS_MATCHES(
      x.reshape(Shape{13}), ShapeError,
      Message("reshape: x is [3, 4]\n  rule: the number of elements of [13] is that of x   (13 != 12)"));
  CHECK_THROWS_AS(x.reshape({-1, -1}), ShapeError);
  CHECK_THROWS_AS(zeros({0}).reshape({0, -1}), ShapeError);
  CHECK_THROWS_MATCHES(x[3], ShapeError,
                       Message("index: x is [3, 4]\n  rule: -n <= i < n for index 3 and n = x.shape[0]"));
  CHECK_THROWS_AS(scalar(1)[0], ShapeError);
  CHECK_THROWS_MATCHES(x.rows(2, 4), ShapeError,
                       Message("slice: x is [3, 4]\n  rule: 0 <= begin <= end <= extent   (begin 2, end 4, axis 0)"));
  CHECK_THROWS_MATCHES(x.rows(-10, 2), ShapeError,
                       Message("slice: x is [3, 4]\n  rule: 0 <= begin <= end <= extent   (begin -10, end 2, axis 0)\n"
                               "  hint: negative positions count from the end"));
  CHECK(x.rows(1, 1).shape() == Shape{0, 4});
}

TEST_CASE("tensor: the numbers", "[autograd]") {
  CHECK(tensor({2.5}).item() == 2.5);
  CHECK(labels({7}).item() == 7);
  CHECK_THROWS_MATCHES(zeros({2, 1}).item(), ShapeError, Message("item: x is [2, 1]\n  rule: exactly one element"));
  const Tensor x = tensor({{1, 2}, {3, 4}});
  CHECK(x.to_vector<double>() == std::vector<double>{1, 2, 3, 4});
  CHECK(x[1].to_vector<std::int64_t>() == std::vector<std::int64_t>{3, 4});
  CHECK(x.data<float>()[2] == 3);
  CHECK_THROWS_MATCHES(
      x.data<double>(), DTypeError,
      Message("tensor: data of type float64 asked for, but [2, 2] is float32\n"
              "  hint: name the type, as data<double>() and matrix<double>() do, or convert with .to()"));
}

TEST_CASE("tensor: conversion", "[autograd]") {
  const Tensor x = tensor({-1.75, 0, 2.5}, DType::float64);
  CHECK(x.to(DType::float64).is_same(x));
  CHECK(x.to(DType::int64).to_vector<std::int64_t>() == std::vector<std::int64_t>{-1, 0, 2});
  check_equal(x.to(DType::float32), tensor({-1.75, 0, 2.5}));
  CHECK(tensor({255}).to(DType::uint8).item() == 255);
  CHECK(tensor({0.1}, DType::float64).to(DType::float32).item() == static_cast<double>(0.1f));

  const Tensor leaf = tensor({1, 2}).requires_grad_();
  const Tensor wide = leaf.to(DType::float64);
  sum(wide * wide).backward();
  CHECK(leaf.grad().dtype() == DType::float32);
  check_equal(leaf.grad(), tensor({2, 4}));
  CHECK_FALSE(leaf.to(DType::int64).requires_grad());
}

TEST_CASE("tensor: Eigen maps in both directions", "[autograd]") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK(x.matrix().rows() == 2);
  CHECK(x.matrix()(1, 0) == 4);
  CHECK(x.array().sum() == 21);
  const std::uint64_t version = x.version();
  x.mutable_matrix().col(1) *= 10.0f;
  CHECK(x.version() > version);
  check_equal(x, tensor({{1, 20, 3}, {4, 50, 6}}));

  CHECK(zeros({2, 3, 4}).matrix().rows() == 6);
  CHECK(zeros({}).matrix().size() == 1);
  CHECK(x[1].matrix()(0, 1) == 50);
  CHECK_THROWS_AS(x.matrix<double>(), DTypeError);

  Eigen::MatrixXd columns(2, 2);  // column-major
  columns << 1, 2, 3, 4;
  const Tensor y = from_eigen(columns * 2);
  CHECK(y.dtype() == DType::float64);
  check_equal(y, tensor({{2, 4}, {6, 8}}, DType::float64));
  check_equal(from_eigen(Eigen::ArrayXXf::Constant(1, 2, 3.0f)), tensor({3, 3}).reshape({1, 2}));
}

TEST_CASE("tensor: in place", "[autograd]") {
  Tensor x = tensor({1, 2, 3});
  const std::uint64_t before = x.version();
  check_equal(x.add_(tensor({1, 1, 1}), 0.5), tensor({1.5, 2.5, 3.5}));
  check_equal(x.mul_(2), tensor({3, 5, 7}));
  check_equal(x.clamp_(4, 6), tensor({4, 5, 6}));
  CHECK(x.version() == before + 3);
  check_equal(x.copy_(labels({7, 8, 9})), tensor({7, 8, 9}));
  x.rows(0, 2).copy_(x.rows(1, 3));  // overlapping
  check_equal(x, tensor({8, 9, 9}));
  check_equal(x.add_(x), tensor({16, 18, 18}));
  CHECK_THROWS_AS(x.add_(tensor({1, 2})), ShapeError);
  CHECK_THROWS_AS(x.add_(tensor({1, 2, 3}, DType::float64)), DTypeError);
  CHECK_THROWS_AS(x.copy_(zeros({4})), ShapeError);
  CHECK_THROWS_AS(labels({1}).mul_(2), DTypeError);
  CHECK(labels({1, 2}).fill_(5).to_vector<std::int64_t>() == std::vector<std::int64_t>{5, 5});
}

TEST_CASE("tensor: what was done to a temporary in place comes back by value", "[autograd]") {
  const Tensor& x = ones({2}).requires_grad_();
  const Tensor& y = zeros({2}).fill_(3).add_(ones({2})).mul_(2).clamp_(0, 5).copy_(full({2}, 7));
  CHECK(x.requires_grad());
  CHECK(x.to_vector<float>() == std::vector<float>{1, 1});
  CHECK(y.to_vector<float>() == std::vector<float>{7, 7});
}

TEST_CASE("tensor: in place, from a view that overlaps", "[autograd]") {
  Tensor x = ones({1000});
  x.rows(1, 1000).add_(x.rows(0, 999));
  CHECK(max(x).item() == 2);
}

TEST_CASE("tensor: set_data replaces the numbers under every handle", "[autograd]") {
  Tensor parameter = tensor({1, 2}).requires_grad_();
  const Tensor handle = parameter;
  const Tensor flat = tensor({5, 6, 7, 8});
  parameter.set_data(flat.rows(2, 4));
  check_equal(handle, tensor({7, 8}));
  CHECK(handle.shares_storage(flat));
  CHECK(handle.requires_grad());
  sum(handle * handle).backward();
  check_equal(parameter.grad(), tensor({14, 16}));
  parameter.set_data(tensor({1, 2}, DType::float64));
  CHECK(handle.dtype() == DType::float64);
  CHECK(handle.requires_grad());
  CHECK_FALSE(handle.grad().defined());
  CHECK_THROWS_AS(parameter.set_data(zeros({3})), ShapeError);
  CHECK_THROWS_AS(parameter.set_data(zeros({2}, DType::int64)), DTypeError);
  CHECK(handle.dtype() == DType::float64);
}

TEST_CASE("tensor: set_data of another type keeps whether a gradient is wanted, and the hooks", "[autograd]") {
  Tensor x = tensor({1, 2}).requires_grad_();
  int calls = 0;
  const std::size_t other = x.register_hook([](const Tensor& dy) { return dy * 10; });
  x.register_hook([&calls](const Tensor&) { return ++calls, Tensor(); });
  x.requires_grad_(false);
  x.set_data(tensor({3, 4}, DType::float64));
  CHECK(x.is_frozen());
  CHECK_FALSE(x.requires_grad());
  CHECK_THROWS_AS(x.set_data(zeros({2}, DType::int64)), DTypeError);
  x.requires_grad_();
  x.set_data(tensor({5, 6}));
  x.remove_hook(other);
  CHECK(x.register_hook([](const Tensor&) { return Tensor(); }) > other);
  sum(x).backward();
  check_equal(x.grad(), tensor({1, 1}));
  CHECK(calls == 1);
}

TEST_CASE("tensor: set_data of another type: no gradient of what was computed before is lost", "[autograd]") {
  Tensor x = tensor({1, 2}).requires_grad_();
  const Tensor before = sum(x + 1);
  x.set_data(tensor({3, 4}, DType::float64));
  CHECK_THAT(message_of<GraphError>([&] { before.backward(); }),
             ContainsSubstring("backward: a leaf of shape [2] has been given numbers of another type by set_data()"));
  CHECK_FALSE(x.grad().defined());
  sum(x + 1).backward();
  check_equal(x.grad(), tensor({1, 1}, DType::float64));
}

TEST_CASE("tensor: known to be finite when asked twice since it was modified", "[autograd]") {
  const DType dtype = GENERATE(DType::float32, DType::float64);
  Tensor x = ones({3, 5}, dtype);
  CHECK_FALSE(x.known_finite());
  CHECK(x.known_finite());
  CHECK(x.known_finite());
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    x[2][4].fill_(bad);  // through a view
    for (int i = 0; i < 3; ++i) CHECK_FALSE(x.known_finite());
  }
  x.fill_(std::numeric_limits<float>::max());
  CHECK_FALSE(x.known_finite());
  CHECK(x.known_finite());
  const std::uint64_t version = x.version();
  Tensor other = full({3, 5}, HUGE_VAL, dtype);
  while (other.version() < version) other.fill_(HUGE_VAL);
  x.set_data(other);  // of the same version
  CHECK(labels({1, 2}).known_finite());
  for (int i = 0; i < 3; ++i) CHECK_FALSE(x.known_finite());
}

TEST_CASE("tensor: a hook can be removed while no gradient is wanted", "[autograd]") {
  Tensor x = tensor({1, 2}).requires_grad_();
  const std::size_t id = x.register_hook([](const Tensor& dy) { return dy * 10; });
  x.requires_grad_(false);
  x.remove_hook(id);
  x.requires_grad_();
  sum(x).backward();
  check_equal(x.grad(), tensor({1, 1}));
}

TEST_CASE("to, fill_: what an integer cannot hold becomes the nearest, NaN 0", "[autograd]") {
  const Tensor x = tensor({300.0, -1.0, NAN, 1e20, 7.9}, DType::float64);
  CHECK(x.to(DType::uint8).to_vector<std::uint8_t>() == std::vector<std::uint8_t>{255, 0, 0, 255, 7});
  const auto wide = tensor({1e20, -1e20, NAN, -3.5}, DType::float32).to_vector<std::int64_t>();
  CHECK(wide == std::vector<std::int64_t>{INT64_MAX, INT64_MIN, 0, -3});
  CHECK(labels({300, -1, 7}).to(DType::uint8).to_vector<std::uint8_t>() == std::vector<std::uint8_t>{255, 0, 7});
  CHECK(zeros({1}, DType::uint8).fill_(300).item() == 255);
}

TEST_CASE("clamp_: the bounds are in order, as for clamp", "[autograd]") {
  CHECK_THROWS_AS(ones({1}).clamp_(6, 4), ValueError);
  CHECK(tensor({1.0, 9.0}).clamp_(2, 4).to_vector<double>() == std::vector<double>{2, 4});
}
