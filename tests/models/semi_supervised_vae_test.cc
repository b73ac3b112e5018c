#include "models/semi_supervised_vae.h"

#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "nn/metrics.h"
#include "nn/optim/adam.h"
#include "tests/models/check_whole_loss.h"
#include "tests/models/examples.h"

using namespace tandem;
using namespace tandem::test;
using models::SemiSupervisedVae;

namespace {

models::SemiSupervisedVaeOptions small_parts(models::Observation observation, double least_probability = 1e-3) {
  return {.generative = {.inputs = 12,
                         .classes = 3,
                         .encoder = {6},
                         .decoder = {5},
                         .latent = 2,
                         .activation = nn::Activation::tanh,
                         .observation = observation},
          .classifier = {.inputs = 12, .hidden = {7}, .classes = 3, .activation = nn::Activation::tanh},
          .least_probability = least_probability};
}

/// Features of three kinds: which third of the twelve is large.
Tensor large_third(const Tensor& label, Generator& generator) {
  const Index n = label.dim(0);
  const Tensor third = broadcast_to(reshape(one_hot(label, 3), {n, 3, 1}), {n, 3, 4});
  return reshape(third, {n, 12}) * 2 + randn({n, 12}, DType::float32, generator) * 0.5;
}

}  // namespace

TEST_CASE("semi_supervised_vae: the terms of the loss, class by class", "[models]") {
  manual_seed(1);
  const double least = GENERATE(0.0, 0.3);
  SemiSupervisedVae model(small_parts(models::Observation::bernoulli, least));
  model.to(DType::float64);
  const Tensor x = bernoulli({1, 12}, 0.4, DType::float64), unlabelled = bernoulli({1, 12}, 0.4, DType::float64);
  Generator generator(5), same(5);
  const auto loss = model.loss(x, labels({2}), unlabelled, generator);

  // the pairs of the unlabelled image draw first
  const NoGrad no_grad;
  const Tensor p = softmax(model(unlabelled));
  double total = 0;
  std::vector<Index> kept;
  for (Index y = 0; y < 3; ++y)
    if (p[0][y].item() >= least) kept.push_back(y), total += p[0][y].item();
  const Tensor noise = randn({static_cast<Index>(kept.size()), 2}, DType::float64, same);
  double expected = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto row = static_cast<Index>(i);
    const double q = p[0][kept[i]].item() / total;
    const double bound =
        -model.generative().elbo(unlabelled, labels({kept[i]}), noise.rows(row, row + 1)).loss().item();
    expected += q * (std::log(q) - bound - model.generative().log_prior()[kept[i]].item());
  }
  CHECK_THAT(loss.unlabelled.item(), WithinRel(expected, 1e-10));
  const Tensor last = randn({1, 2}, DType::float64, same);
  CHECK_THAT(loss.labelled.item(),
             WithinRel(model.generative().elbo(x, labels({2}), last).loss().item() + std::log(3.0), 1e-6));
  CHECK_THAT(loss.classification.item(), WithinRel(cross_entropy(model(x), labels({2})).item(), 1e-12));
  CHECK_THAT(
      loss.total(0.25, 3).item(),
      WithinRel(0.25 * loss.labelled.item() + 0.75 * loss.unlabelled.item() + 3 * loss.classification.item(), 1e-12));
}

TEST_CASE("semi_supervised_vae: gradient of the whole loss", "[models]") {
  manual_seed(2);
  const auto observation = GENERATE(models::Observation::bernoulli, models::Observation::gaussian);
  SemiSupervisedVae model(small_parts(observation));
  const Tensor x = uniform({4, 12}, 0, 1, DType::float64), unlabelled = uniform({5, 12}, 0, 1, DType::float64);
  check_whole_loss(model, [&] {
    Generator generator(6);
    return model.loss(x, labels_in_turn(4), unlabelled, generator).total(0.3, 2);
  });
}

TEST_CASE("semi_supervised_vae: three labels are enough where the classes lie apart", "[models]") {
  manual_seed(3);
  Generator generator(9);
  SemiSupervisedVae model(small_parts(models::Observation::gaussian));
  const Tensor known = labels_in_turn(3), x = large_third(known, generator);
  const Tensor hidden = labels_in_turn(120), unlabelled = large_third(hidden, generator);
  optim::Adam optimizer(model.parameters(), {.lr = 1e-2});
  for (int step = 0; step < 300; ++step) {
    const Tensor loss = model.loss(x, known, unlabelled).total(0.1, 1);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  const Tensor truth = labels_in_turn(300);
  CHECK(nn::correct_predictions(model(large_third(truth, generator)), truth) > 290);
  CHECK(nn::correct_predictions(model.generative().classify(large_third(truth, generator), 5), truth) > 290);
  // what it expects of a class is that class's mean
  const Tensor thirds = mean(reshape(model.generative().sample(labels_in_turn(300)), {100, 3, 3, 4}), {0, 3});
  CHECK(argmax(thirds).to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 1, 2});
  // A feature has the deviation 0.5 within its class, and the variance 0.25 + 4 2/9 over all. Twelve of them take 8.7
  // nats where the classes are told apart, 17.8 where they are not; half of what is between must be learnt.
  CHECK(model.generative().elbo(large_third(truth, generator), truth).reconstruction.item() < 13.2);
}

TEST_CASE("semi_supervised_vae: options that do not fit are refused", "[models]") {
  const auto options = small_parts(models::Observation::gaussian);
  auto apart = options;
  apart.classifier.inputs = 11;
  CHECK_THROWS_AS(SemiSupervisedVae(apart), ValueError);
  auto improbable = options;
  improbable.least_probability = -0.1;
  CHECK_THROWS_AS(SemiSupervisedVae(improbable), ValueError);
  auto unknown = SemiSupervisedVae(options).architecture();
  unknown["generative.observation"] = "poisson";
  CHECK_THROWS_AS(SemiSupervisedVae::from_architecture(unknown), ValueError);
}

TEST_CASE("semi_supervised_vae: a batch without images of one kind is refused", "[models]") {
  SemiSupervisedVae model(small_parts(models::Observation::bernoulli));
  const Tensor some = zeros({2, 12}), none = zeros({0, 12});
  CHECK_THROWS_AS(model.loss(some, labels({0, 1}), none), ValueError);
  CHECK_THROWS_AS(model.loss(none, Tensor({0}, DType::int64), some), ValueError);
}

TEST_CASE("semi_supervised_vae: a class that the labels rule out makes nothing infinite", "[models]") {
  manual_seed(1);
  SemiSupervisedVae model(small_parts(models::Observation::bernoulli));
  model.generative().set_prior_from_labels(labels({0, 1, 1}));  // of three classes
  const Tensor x = bernoulli({4, 12}, 0.5);
  const auto loss = model.loss(x.rows(0, 2), labels({0, 1}), x);
  loss.total(0.5, 1).backward();
  CHECK(std::isfinite(loss.unlabelled.item()));
  for (const Tensor& parameter : model.parameters())
    if (parameter.grad().defined()) CHECK(std::isfinite(sum(parameter.grad()).item()));
}
