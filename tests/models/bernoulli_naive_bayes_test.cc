#include "models/bernoulli_naive_bayes.h"

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/softmax.h"
#include "autograd/random.h"
#include "tests/check.h"

using namespace tandem;

TEST_CASE("naive_bayes: counts, a prior image and log p(x, y) by hand", "[models]") {
  models::BernoulliNaiveBayes model({.inputs = 2, .classes = 2});
  model.add(tensor({{1, 0}, {1, 1}, {0.5, 0.6}}), labels({0, 0, 1}));
  // class 0: 2 images, pixel 0 on twice, pixel 1 once; class 1: 1 image, pixel 1 on; each pixel on in 2 of 3: m = 3/5
  test::check_close(model.probabilities(), tensor({{2.6 / 3, 1.6 / 3}, {0.6 / 2, 1.6 / 2}}, DType::float64), 1e-15);
  const Tensor log_joint = model.log_joint(tensor({{1, 0}}));
  CHECK(log_joint.dtype() == DType::float64);
  test::check_close(
      log_joint, tensor({{std::log(3. / 5 * 2.6 / 3 * 1.4 / 3), std::log(2. / 5 * 0.3 * 0.2)}}, DType::float64), 1e-14);
  test::check_equal(model.log_joint(tensor({{0.6, 0.5}})), log_joint);  // on is what lies above 1/2
}

TEST_CASE("naive_bayes: a class that was never seen is like all images", "[models]") {
  models::BernoulliNaiveBayes model({.inputs = 2, .classes = 3, .prior_images = 2});
  model.add(tensor({{1, 0}, {1, 0}, {1, 1}}), labels({0, 0, 1}));
  test::check_close(model.probabilities().rows(2, 3), tensor({{4. / 5, 2. / 5}}, DType::float64), 1e-15);
}

TEST_CASE("naive_bayes: the joint probabilities of all images sum to 1", "[models]") {
  models::BernoulliNaiveBayes model({.inputs = 3, .classes = 2, .prior_images = 0.5});
  model.add(bernoulli({7, 3}, 0.4), tensor(std::vector<std::int64_t>{0, 1, 1, 0, 1, 1, 1}, {7}));
  std::vector<double> pixels;
  for (int image = 0; image < 8; ++image)
    for (int j = 0; j < 3; ++j) pixels.push_back(image >> j & 1);
  const Tensor all = model.log_joint(tensor(pixels, {8, 3}, DType::float32)).reshape({16});
  CHECK_THAT(logsumexp(all).item(), WithinAbs(0, 1e-14));
}

TEST_CASE("naive_bayes: images added in parts count as if added at once", "[models]") {
  const Tensor x = bernoulli({20, 5}, 0.5);
  const Tensor y = tensor(std::vector<std::int64_t>{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0}, {20});
  models::BernoulliNaiveBayes whole({.inputs = 5, .classes = 3}), parts({.inputs = 5, .classes = 3});
  whole.add(x, y);
  parts.add(x.rows(0, 7), y.rows(0, 7));
  parts.add(x.rows(7, 20), y.rows(7, 20));
  test::check_equal(whole.log_joint(x), parts.log_joint(x));
}

TEST_CASE("naive_bayes: refuses what makes no sense", "[models]") {
  CHECK_THROWS_AS(models::BernoulliNaiveBayes({.prior_images = 0}), ValueError);
  CHECK_THROWS_AS(models::BernoulliNaiveBayes({.inputs = -1}), ValueError);
  CHECK_THROWS_AS(models::BernoulliNaiveBayes({.classes = 0}), ValueError);
  models::BernoulliNaiveBayes model({.inputs = 3, .classes = 2});
  CHECK_THROWS_AS(model.add(zeros({1, 4}), labels({0})), ShapeError);
  CHECK_THROWS_AS(model.add(zeros({1, 3}), labels({2})), ValueError);
}

TEST_CASE("naive_bayes: a pixel that is on in all images does not make the others impossible", "[models]") {
  // With so little p(x_j = 1 | y) is 1 as a double.
  models::BernoulliNaiveBayes model({.inputs = 2, .classes = 2, .prior_images = 1e-18});
  model.add(tensor({{1, 0}, {1, 1}, {0, 1}}), labels({0, 0, 1}));
  const auto log_joint = model.log_joint(tensor({{1, 0}, {0, 0}})).to_vector<double>();
  CHECK_THAT(log_joint[0], WithinRel(std::log(2. / 3 / 2), 1e-12));
  // 1 - m_0 = 2/5: half of the two images, but for the prior images, with pixel 0 off
  CHECK_THAT(log_joint[2], WithinRel(std::log(2. / 3 * (1e-18 * 0.4 / 2) / 2), 1e-12));
}

TEST_CASE("naive_bayes: a bad label leaves the counts as they were", "[models]") {
  models::BernoulliNaiveBayes model({.inputs = 2, .classes = 2});
  const Tensor x = tensor({{1, 0}, {1, 1}, {0, 1}});
  model.add(x, labels({0, 0, 1}));
  const Tensor before = model.log_joint(x);
  CHECK_THROWS_AS(model.add(x, labels({1, 1, 2})), ValueError);
  test::check_equal(model.log_joint(x), before);
}
