#include <cmath>
#include <sstream>

#include "autograd/create.h"
#include "tests/catch.h"

using namespace tandem;

TEST_CASE("print: small tensors", "[autograd]") {
  CHECK(to_string(tensor({1, 2, 30})) == "[ 1,  2, 30]  [3] float32");
  CHECK(to_string(labels({1, 2})) == "[1, 2]  [2] int64");
  CHECK(to_string(scalar(2.5)) == "2.5000  [] float32");
  CHECK(to_string(tensor({{1.5, -2}, {0.25, 100}}, DType::float64)) ==
        "[[  1.5000,  -2.0000],\n"
        " [  0.2500, 100.0000]]  [2, 2] float64");
  CHECK(to_string(arange(0, 8).reshape({2, 2, 2})) ==
        "[[[0, 1],\n"
        "  [2, 3]],\n"
        " [[4, 5],\n"
        "  [6, 7]]]  [2, 2, 2] float32");
  CHECK(to_string(ones({1}).requires_grad_()) == "[1]  [1] float32, requires grad");
  CHECK(to_string(Tensor()) == "undefined tensor");
}

TEST_CASE("print: empty", "[autograd]") {
  CHECK(to_string(zeros({0})) == "[]  [0] float32");
  CHECK(to_string(zeros({2, 0})) == "[[],\n []]  [2, 0] float32");
}

TEST_CASE("print: long axes are shortened", "[autograd]") {
  CHECK(to_string(arange(0, 10)) == "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]  [10] float32");
  CHECK(to_string(arange(0, 1000)) == "[  0,   1,   2, ..., 997, 998, 999]  [1000] float32");
  CHECK(to_string(arange(0, 24).reshape({12, 2})) ==
        "[[ 0,  1],\n [ 2,  3],\n [ 4,  5],\n ...,\n [18, 19],\n [20, 21],\n [22, 23]]  [12, 2] float32");
}

TEST_CASE("print: what is left out has no say in the notation", "[autograd]") {
  Tensor x = arange(0, 12).reshape({12, 1});
  x.rows(5, 6).fill_(1e9);
  CHECK(to_string(x).starts_with("[[ 0],\n [ 1],\n [ 2],\n ...,\n [ 9],"));
}

TEST_CASE("print: large, small and strange numbers", "[autograd]") {
  CHECK(to_string(tensor({1e-5, -2e-7})) == "[ 1.0000e-05, -2.0000e-07]  [2] float32");
  CHECK(to_string(tensor({1e6, 0.5})) == "[1.0000e+06, 5.0000e-01]  [2] float32");
  CHECK(to_string(tensor({99999, -1})) == "[99999,    -1]  [2] float32");
  CHECK(to_string(tensor({NAN, HUGE_VAL, -HUGE_VAL, 1})) == "[ nan,  inf, -inf,    1]  [4] float32");
  CHECK(to_string(tensor({std::copysign(NAN, -1)})) == "[nan]  [1] float32");
}

TEST_CASE("print: to a stream", "[autograd]") {
  std::ostringstream out;
  out << "x = " << tensor({1, 2});
  CHECK(out.str() == "x = [1, 2]  [2] float32");
}

TEST_CASE("print: no number that is not 0 looks like it, and large integers keep their digits", "[autograd]") {
  CHECK(to_string(tensor({1.5, 1e-6})).starts_with("[1.5000e+00, 1.0000e-06]"));
  CHECK(to_string(labels({9007199254740993})).starts_with("[9007199254740993]"));
}
