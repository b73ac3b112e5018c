#include <cmath>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "models/bag_classifier.h"
#include "models/multinomial_naive_bayes.h"
#include "nn/optim/adam.h"
#include "nn/optim/sparse_adagrad.h"
#include "tests/catch.h"
#include "tests/check.h"

using namespace tandem;

namespace {

/// 32 bags of random words; nothing but memory can tell their labels.
nn::Bags random_bags() {
  Generator generator(1);
  std::vector<nn::Bag> rows(32);
  for (nn::Bag& row : rows)
    for (int i = 0; i < 10; ++i) row.emplace_back(static_cast<std::int64_t>(generator.below(1000)), 0.3f);
  return nn::make_bags(rows);
}

}  // namespace

TEST_CASE("BagClassifier: overfits 32 examples, with and without a hidden layer", "[models]") {
  const Index hidden = GENERATE(0, 8);
  manual_seed(1);
  models::BagClassifier model({.features = 1000, .hidden = hidden});
  std::vector<float> labels(32);
  for (std::size_t i = 0; i < 32; ++i) labels[i] = i % 2 ? 1.0f : 0.0f;
  models::train(model, random_bags(), labels, {.epochs = 60, .batch_size = 8});
  const NoGrad no_grad;
  const auto logits = model(random_bags()).to_vector<float>();
  for (std::size_t i = 0; i < 32; ++i) CHECK((logits[i] > 0) == (labels[i] > 0.5f));
}

TEST_CASE("BagClassifier: each step takes the gradient of its own batch", "[models]") {
  models::BagClassifier model({.features = 4}), by_hand({.features = 4});
  const nn::Bags bag = nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}, {2, 0.5f}}});
  const models::BagTraining training{.epochs = 3};
  sum(model(bag)).backward();  // whose gradient belongs to nothing that follows
  models::train(model, bag, {1.0f}, training);
  optim::Adam adam({by_hand.bias}, {.lr = training.lr});
  optim::SparseAdagrad adagrad(by_hand.table, {.lr = training.table_lr});
  for (int step = 0; step < 3; ++step) {
    adam.zero_grad(), adagrad.zero_grad();
    bce_with_logits(by_hand(bag), ones({1})).backward();
    adam.step(), adagrad.step();
  }
  test::check_equal(model.bias, by_hand.bias);
  test::check_equal(model.table.weight, by_hand.table.weight);
}

TEST_CASE("BagClassifier: with dropout a weak feature learns what a strong one says already", "[models]") {
  // Features 0 and 1 each tell the label, 0 with ten times the value.
  const nn::Bags bags = nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}, {1, 0.1f}}, {{2, 1.0f}, {3, 0.1f}}});
  const auto weight_of_weak = [&](double dropout) {
    models::BagClassifier model({.features = 4});
    models::train(model, bags, {1, 0}, {.epochs = 200, .dropout = dropout});
    return model.table.weight.to_vector<float>()[1];
  };
  CHECK(weight_of_weak(0.5) > 1.2f * weight_of_weak(0));
  CHECK(weight_of_weak(0.5) == weight_of_weak(0.5));
}

TEST_CASE("BagClassifier: a row that no bag names stays as it was", "[models]") {
  models::BagClassifier model({.features = 2000});
  models::train(model, random_bags(), std::vector<float>(32, 1.0f), {.epochs = 2});
  test::check_equal(model.table.weight.rows(1000, 2000), zeros({1000, 1}));
  CHECK(model.table.weight.to_vector<float>() != std::vector<float>(2000, 0.0f));
}

TEST_CASE("BagClassifier: an architecture without a hidden layer reads back, another model's does not", "[models]") {
  CHECK(models::BagClassifier::from_architecture(models::BagClassifier({.features = 8}).architecture()).hidden == 0);
  CHECK_THROWS_AS(models::BagClassifier::from_architecture({{"model", "mlp"}}), ValueError);
}

TEST_CASE("BagClassifier: what is built reads back, and what would not is not built", "[models]") {
  const models::Architecture large = {{"model", "bag_classifier"}, {"features", "268435456"}, {"hidden", "0"}};
  CHECK(models::BagClassifier::from_architecture(large).features == Index{1} << 28);
  CHECK_THAT(test::message_of<ValueError>([] { models::BagClassifier({.features = 8, .hidden = -5}); }),
             ContainsSubstring("hidden = -5"));
}

TEST_CASE("MultinomialNaiveBayes: posteriors worked out by hand", "[models]") {
  // Two mails of class 1 ("a a b", "a"), one of class 0 ("b c"); half of all probability for the three words alike.
  models::MultinomialNaiveBayes model({.features = 3, .classes = 2, .uniform_share = 0.5});
  model.fit(nn::make_bags(std::vector<nn::Bag>{{{0, 2.0f}, {1, 1.0f}}, {{0, 1.0f}}, {{1, 1.0f}, {2, 1.0f}}}),
            {1, 1, 0});
  const auto asked = nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}}, {{2, 2.0f}}});
  // theta: class 0: a 1/6, b 5/12, c 5/12; class 1: a 13/24, b 7/24, c 1/6. Priors (1 + 1)/5 and (2 + 1)/5.
  const double a0 = 2.0 / 5 / 6, a1 = 3.0 / 5 * 13 / 24, c0 = 2.0 / 5 * 25 / 144, c1 = 3.0 / 5 / 36;
  test::check_close(model.log_posterior(asked),
                    tensor({{std::log(a0 / (a0 + a1)), std::log(a1 / (a0 + a1))},
                            {std::log(c0 / (c0 + c1)), std::log(c1 / (c0 + c1))}}),
                    1e-5);
}

TEST_CASE("MultinomialNaiveBayes: a word that was never seen leaves the prior as it is", "[models]") {
  models::MultinomialNaiveBayes model({.features = 3});
  model.fit(nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}}, {{1, 9.0f}}, {{1, 9.0f}}}), {0, 1, 1});
  test::check_close(model.log_posterior(nn::make_bags(std::vector<nn::Bag>{{{2, 7.0f}}})),
                    tensor({{std::log(2.0 / 5), std::log(3.0 / 5)}}), 1e-5);
}

TEST_CASE("MultinomialNaiveBayes: of a class without rows nothing is known", "[models]") {
  models::MultinomialNaiveBayes model({.features = 4});
  model.fit(nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}}}), {0});
  const auto theta = model.log_theta.to_vector<double>();
  for (std::size_t i = 0; i < 4; ++i) CHECK(std::abs(theta[2 * i + 1] - std::log(0.25)) < 1e-6);
}

TEST_CASE("MultinomialNaiveBayes: a mail of 100,000 words has finite probabilities", "[models]") {
  models::MultinomialNaiveBayes model({.features = 10});
  model.fit(nn::make_bags(std::vector<nn::Bag>{{{0, 5.0f}}, {{1, 5.0f}}}), {0, 1});
  const auto p = model.log_posterior(nn::make_bags(std::vector<nn::Bag>{{{0, 1e5f}}})).to_vector<double>();
  CHECK(p[0] == 0);
  CHECK(std::isfinite(p[1]));
  CHECK(p[1] < -1e4);
}

TEST_CASE("MultinomialNaiveBayes: wrong labels and options", "[models]") {
  models::MultinomialNaiveBayes model({.features = 3});
  const auto bags = nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}}});
  CHECK_THAT(test::message_of<ValueError>([&] { model.fit(bags, {2}); }), ContainsSubstring("label 2"));
  CHECK_THROWS_AS(model.fit(bags, {0, 1}), ValueError);
  CHECK_THROWS_AS(models::MultinomialNaiveBayes({.uniform_share = 0}), ValueError);
  CHECK_THROWS_AS(models::MultinomialNaiveBayes({.uniform_share = 1.5}), ValueError);
  CHECK_THROWS_AS(models::MultinomialNaiveBayes({.features = 0}), ValueError);
  CHECK_THROWS_AS(models::MultinomialNaiveBayes({.classes = 0}), ValueError);
}

TEST_CASE("MultinomialNaiveBayes: features that it does not have", "[models]") {
  models::MultinomialNaiveBayes model({.features = 16, .classes = 2});
  for (const std::int64_t feature : {16, 100, -1})
    CHECK_THROWS_AS(model.fit(nn::make_bags(std::vector<nn::Bag>{{{feature, 1.0f}}}), {0}), ValueError);
}

TEST_CASE("BagClassifier: too few labels, batches without a row, epochs below 0, a dropout of 1", "[models]") {
  models::BagClassifier model({.features = 1000});
  const std::vector<float> labels(32, 1.0f);
  CHECK_THROWS_AS(models::train(model, random_bags(), {1.0f}), ValueError);
  CHECK_THROWS_AS(models::train(model, random_bags(), labels, {.batch_size = 0}), ValueError);
  CHECK_THROWS_AS(models::train(model, random_bags(), labels, {.batch_size = -1}), ValueError);
  CHECK_THROWS_AS(models::train(model, random_bags(), labels, {.epochs = -1}), ValueError);
  CHECK_THROWS_AS(models::train(model, random_bags(), labels, {.epochs = 0, .dropout = 1}), ValueError);
  models::train(model, random_bags(), labels, {.epochs = 0});
  test::check_equal(model.table.weight, zeros({1000, 1}));
}

TEST_CASE("MultinomialNaiveBayes: bags that are none, and weights that count nothing", "[models]") {
  models::MultinomialNaiveBayes model({.features = 16, .classes = 2});
  const Tensor before = model.log_theta.clone();
  nn::Bags bags = nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}}});
  bags.offsets = labels({0, std::int64_t{1} << 30});
  CHECK_THROWS_AS(model.fit(bags, {0}), ValueError);
  for (const float weight : {-1.0f, std::nanf(""), HUGE_VALF})
    CHECK_THAT(test::message_of<ValueError>([&] {
                 model.fit(nn::make_bags(std::vector<nn::Bag>{{{0, 2.0f}}, {{1, weight}}}), {0, 1});
               }),
               ContainsSubstring("weight"));
  test::check_equal(model.log_theta, before);
}
