#include "autograd/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

#include "autograd/create.h"
#include "autograd/ops/noise.h"
#include "tests/check.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::test;

namespace {

std::vector<std::uint32_t> philox(std::uint64_t seed, std::uint64_t position) {
  std::uint32_t words[4];
  detail::philox(seed, position, words);
  return {words, words + 4};
}

/// Mean of (x - center)^power.
double moment(const std::vector<double>& x, int power, double center = 0) {
  double sum = 0;
  for (const double v : x) sum += std::pow(v - center, power);
  return sum / static_cast<double>(x.size());
}

constexpr Index many = 1'000'000;

}  // namespace

TEST_CASE("random: Philox known answers", "[autograd]") {
  // The first is of Random123's kat_vectors; the second, with all the bits that a seed and a position have, is what
  // philox() in tests/reference/make_ops.py gives.
  CHECK(philox(0, 0) == std::vector<std::uint32_t>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox(0x299f31d0a4093822, 0x85a308d3243f6a88) ==
        std::vector<std::uint32_t>{0xe69c9c31, 0xb5a3d762, 0xe733bfc1, 0x341a787c});
}

TEST_CASE("random: numbers are the words of consecutive positions", "[autograd]") {
  Generator generator(42);
  generator.set_state(42, (std::uint64_t{1} << 32) - 2);  // across the carry into the second word
  const auto x = uniform({14}, 0, 1, DType::float32, generator).to_vector<float>();
  for (std::uint64_t i = 0; i < 14; ++i)
    CHECK(x[i] == static_cast<float>(philox(42, (std::uint64_t{1} << 32) - 2 + i / 4)[i % 4] >> 8) * 0x1p-24f);
  CHECK(generator.position() == (std::uint64_t{1} << 32) + 2);
}

TEST_CASE("random: draws do not depend on threads, or on how many are drawn at once", "[autograd]") {
  const auto draw = [](Index n) {
    Generator generator(3);
    return std::vector{uniform({n}, -1, 2, DType::float32, generator), randn({n}, DType::float32, generator),
                       randn({n}, DType::float64, generator), bernoulli({n}, 0.3, DType::float32, generator)};
  };
  const auto one = with_threads(1, [&] { return draw(100'003); });
  for (const int threads : {2, 3, 8}) {
    const auto several = with_threads(threads, [&] { return draw(100'003); });
    for (std::size_t i = 0; i < one.size(); ++i) check_equal(several[i], one[i]);
  }
  check_equal(draw(5)[0], one[0].rows(0, 5));
}

TEST_CASE("random: uniform", "[autograd]") {
  Generator generator(1);
  for (const DType dtype : {DType::float32, DType::float64}) {
    const auto x = uniform({many}, -1, 3, dtype, generator).to_vector<double>();
    CHECK_THAT(moment(x, 1), WithinAbs(1, 0.005));
    CHECK_THAT(moment(x, 2, 1), WithinAbs(4.0 / 3, 0.005));
    CHECK(*std::min_element(x.begin(), x.end()) >= -1);
    CHECK(*std::max_element(x.begin(), x.end()) < 3);
  }
  // Where neighbouring floats are 1/16 apart, rounding would give the excluded end in one of 32 draws.
  const auto coarse = uniform({1000}, 1e6, 1e6 + 1, DType::float32, generator).to_vector<float>();
  CHECK(*std::max_element(coarse.begin(), coarse.end()) < 1e6f + 1);
}

TEST_CASE("random: bounds in the wrong order are refused", "[autograd]") {
  CHECK_THROWS_AS(uniform({4}, 1, 0), ValueError);
  CHECK_THROWS_AS(uniform({4}, 0, std::nan("")), ValueError);
  CHECK_THROWS_AS(uniform({4}, -1e39, 1e39), ValueError);
  CHECK_THROWS_AS(uniform({4}, -3e38, 3e38), ValueError);
  CHECK_THROWS_AS(uniform({4}, 3e38, 3.5e38), ValueError);
  CHECK_NOTHROW(uniform({4}, -1e39, 1e39, DType::float64));
}

TEST_CASE("random: normal", "[autograd]") {
  Generator generator(1);
  for (const DType dtype : {DType::float32, DType::float64}) {
    const auto x = randn({many}, dtype, generator).to_vector<double>();
    CHECK_THAT(moment(x, 1), WithinAbs(0, 0.004));  // four standard errors, as the next
    CHECK_THAT(moment(x, 2), WithinAbs(1, 0.006));
    CHECK_THAT(moment(x, 3), WithinAbs(0, 0.016));
    CHECK_THAT(moment(x, 4), WithinAbs(3, 0.04));
    const auto within = [&](double limit) {
      return static_cast<double>(std::count_if(x.begin(), x.end(), [=](double v) { return std::abs(v) < limit; }));
    };
    CHECK_THAT(within(1) / many, WithinAbs(0.682689, 0.002));
    CHECK_THAT(within(3) / many, WithinAbs(0.997300, 0.0003));
    CHECK(within(7) == many);
    double product = 0;  // the two numbers of a Box-Muller pair are independent
    for (std::size_t i = 0; i < x.size(); i += 2) product += x[i] * x[i + 1];
    CHECK_THAT(product / many * 2, WithinAbs(0, 0.006));
  }
}

TEST_CASE("random: normal, where the word under the logarithm is 0", "[autograd]") {
  Generator generator(1);
  const std::uint64_t position = 16'902'731;
  REQUIRE(philox(1, position)[0] >> 8 == 0);
  generator.set_state(1, position);
  for (const float v : randn({4}, DType::float32, generator).to_vector<float>()) CHECK(std::abs(v) < 7);
}

TEST_CASE("random: bernoulli", "[autograd]") {
  Generator generator(1);
  const auto x = bernoulli({many}, 0.3, DType::float32, generator).to_vector<double>();
  CHECK_THAT(moment(x, 1), WithinAbs(0.3, 0.002));
  CHECK(std::all_of(x.begin(), x.end(), [](double v) { return v == 0 || v == 1; }));
  CHECK(moment(bernoulli({1000}, 0, DType::float32, generator).to_vector<double>(), 1) == 0);
  CHECK(moment(bernoulli({1000}, 1, DType::float32, generator).to_vector<double>(), 1) == 1);
  CHECK_THROWS_AS(bernoulli({1}, 1.5), ValueError);
  CHECK_THROWS_AS(bernoulli({1}, std::nan("")), ValueError);

  CHECK(message_of<ValueError>([] {
          bernoulli(tensor({0, 255}));
        }) == "bernoulli: probability 255 at position 1\n  hint: it lies in [0, 1]: are pixels divided by 255?");
  CHECK_THROWS_AS(bernoulli(tensor({NAN})), ValueError);
  CHECK_THROWS_AS(bernoulli(tensor({1 + 1e-5}, DType::float64)), ValueError);
  CHECK_THROWS_AS(bernoulli(tensor({-1e-5}, DType::float64)), ValueError);
  CHECK(bernoulli(tensor({1 + 5e-7}, DType::float64)).item() == 1);  // rounded, as where pixels are interpolated

  const Tensor each = bernoulli(tensor({0, 1, 0.5, 1, 0}), generator);
  CHECK(each.to_vector<double>()[0] + each.to_vector<double>()[4] == 0);
  CHECK(each.to_vector<double>()[1] + each.to_vector<double>()[3] == 2);
  CHECK_THAT(moment(bernoulli(full({many}, 0.7), generator).to_vector<double>(), 1), WithinAbs(0.7, 0.002));
}

TEST_CASE("random: multinomial", "[autograd]") {
  Generator generator(1), same(1);
  const auto y = multinomial(tensor({0.2, 0, 0.7, 0.1, 0}, DType::float64), 100'000, generator);
  REQUIRE(y.shape() == Shape{100'000});
  std::vector<int> counts(5);
  bool as_expected = true;  // each the place of one uniform number in the intervals of the classes
  for (const std::int64_t drawn : y.to_vector<std::int64_t>()) {
    const double u = same.uniform();
    as_expected &= drawn == (u < 0.2 ? 0 : u < 0.9 ? 2 : 3);
    ++counts[static_cast<std::size_t>(drawn)];
  }
  CHECK(as_expected);
  CHECK_THAT(counts[0], WithinAbs(20'000, 500));  // four deviations
  CHECK(counts[1] + counts[4] == 0);
  CHECK_THAT(counts[3], WithinAbs(10'000, 400));

  const auto rows = multinomial(tensor({{0, 1, 0}, {0, 0, 1}}), 2, generator);
  CHECK(rows.shape() == Shape{2, 2});
  CHECK(rows.to_vector<std::int64_t>() == std::vector<std::int64_t>{1, 1, 2, 2});
  const auto sum_below_1 = multinomial(tensor({0.9995, 0}), 100'000, generator).to_vector<std::int64_t>();
  CHECK(std::count(sum_below_1.begin(), sum_below_1.end(), 0) == 100'000);
  CHECK(multinomial(zeros({0, 3}), 2, generator).shape() == Shape{0, 2});
  CHECK_THROWS_AS(multinomial(tensor({0.5, 0.4}), 1), ValueError);
  CHECK_THROWS_AS(multinomial(tensor({1.5, -0.5}), 1), ValueError);
  CHECK_THROWS_AS(multinomial(tensor({NAN, 0.5}), 5), NotFiniteError);
  CHECK_THROWS_AS(multinomial(tensor({{0.5, 0.5}, {1, NAN}}), 5), NotFiniteError);
  CHECK_THROWS_AS(multinomial(tensor({HUGE_VAL, 0}), 5), NotFiniteError);
  CHECK_THROWS_AS(multinomial(tensor({1}), -1), ValueError);
  CHECK_THROWS_AS(multinomial(zeros({3, 0}), 1), ShapeError);
  CHECK_THROWS_AS(multinomial(labels({1}), 1), DTypeError);
}

TEST_CASE("random: below has no bias", "[autograd]") {
  Generator generator(1);
  std::vector<int> counts(7);
  for (int i = 0; i < 70'000; ++i) ++counts[generator.below(7)];
  double chi2 = 0;
  for (const int count : counts) chi2 += (count - 10'000.0) * (count - 10'000.0) / 10'000;
  CHECK(chi2 < 22.5);  // 6 degrees of freedom: exceeded once in a thousand
  CHECK(generator.below(1) == 0);
  CHECK_THROWS_AS(generator.below(0), ValueError);
  int low = 0;  // of 3 2^62, which 2^64 holds once: a remainder alone would come to the lowest third twice as often
  for (int i = 0; i < 10'000; ++i) low += generator.below(std::uint64_t{3} << 62) < std::uint64_t{1} << 62;
  CHECK_THAT(low, WithinAbs(10'000 / 3.0, 200));
  const double u = generator.uniform();
  CHECK((u >= 0 && u < 1));
}

TEST_CASE("random: randperm", "[autograd]") {
  Generator generator(1);
  for (const Index n : {0, 1, 2, 1000}) {
    auto order = randperm(n, generator).to_vector<std::int64_t>();
    std::vector<std::int64_t> sorted(static_cast<std::size_t>(n));
    std::iota(sorted.begin(), sorted.end(), 0);
    if (n == 1000) CHECK(order != sorted);
    std::sort(order.begin(), order.end());
    CHECK(order == sorted);
  }
  std::vector<int> first(4);
  for (int i = 0; i < 4000; ++i) ++first[static_cast<std::size_t>(randperm(4, generator)[0].item())];
  for (const int count : first) CHECK_THAT(count, WithinAbs(1000, 120));
}

TEST_CASE("random: state can be saved and restored", "[autograd]") {
  Generator generator(9);
  randn({10}, DType::float32, generator);
  const std::uint64_t seed = generator.seed(), position = generator.position();
  CHECK(position == 3);  // blocks of four
  const Generator copy = generator;
  const Tensor next = randn({10}, DType::float32, generator);
  CHECK_FALSE(difference(randn({10}, DType::float32, generator), next, 0).empty());
  generator.set_state(seed, position);
  check_equal(randn({10}, DType::float32, generator), next);
  generator = copy;
  check_equal(randn({10}, DType::float32, generator), next);

  manual_seed(5);
  const Tensor a = uniform({3});
  Generator own(5);
  check_equal(uniform({3}, 0, 1, DType::float32, own), a);
}

TEST_CASE("random: threads may share a generator, and get different numbers", "[autograd]") {
  Generator generator(1);
  std::vector<Tensor> draws(4);
  std::vector<std::thread> threads;
  for (Tensor& draw : draws) threads.emplace_back([&] { draw = uniform({4000}, 0, 1, DType::float64, generator); });
  for (std::thread& thread : threads) thread.join();
  std::vector<double> all;
  for (const Tensor& draw : draws)
    for (const double v : draw.to_vector<double>()) all.push_back(v);
  std::sort(all.begin(), all.end());
  Generator alone(1);
  auto expected = uniform({16000}, 0, 1, DType::float64, alone).to_vector<double>();
  std::sort(expected.begin(), expected.end());
  CHECK(all == expected);
}

TEST_CASE("random: dropout keeps the expectation", "[autograd]") {
  Generator generator(1);
  const auto x = dropout(ones({many}), 0.2, generator).to_vector<double>();
  CHECK_THAT(moment(x, 1), WithinAbs(1, 0.003));
  CHECK(std::all_of(x.begin(), x.end(), [](double v) { return v == 0 || v == 1.25; }));
}
