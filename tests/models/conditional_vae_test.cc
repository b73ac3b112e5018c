#include "models/conditional_vae.h"

#include <cmath>
#include <map>
#include <numbers>

#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "nn/metrics.h"
#include "nn/optim/adam.h"
#include "tests/models/check_whole_loss.h"
#include "tests/models/examples.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::test;
using models::ConditionalVae;
using models::EvidenceEstimator;

namespace {

const models::ConditionalVaeOptions small = {
    .inputs = 12, .classes = 3, .encoder = {6, 5}, .decoder = {4, 5}, .latent = 2, .activation = nn::Activation::tanh};

/// Images whose class is seen in the third of the pixels that is bright.
Tensor bright_third(const Tensor& label) {
  return bernoulli(reshape(broadcast_to(reshape(one_hot(label, 3), {-1, 3, 1}), {label.dim(0), 3, 4}), {-1, 12}) * 0.7 +
                   0.15);
}

}  // namespace

TEST_CASE("conditional_vae: the label enters as a one-hot vector beside the pixels", "[models]") {
  manual_seed(1);
  models::ConditionalVaeOptions options = small;
  options.encoder = {6};
  ConditionalVae model(options);
  const Tensor x = uniform({7, 12}), label = labels_in_turn(7);
  std::map<std::string, Tensor> p;
  for (const auto& [name, tensor] : model.named_parameters()) p[name] = tensor;
  const Tensor joined = concat({p["encoder.hidden.weight"], transpose(p["encoder.hidden.label"])}, 1);
  const Tensor h = tanh(linear(concat({x, one_hot(label, 3)}, 1), joined, p["encoder.hidden.bias"]));
  check_close(model.encode(x, label).mu, linear(h, p["encoder.mu.weight"], p["encoder.mu.bias"]), 1e-5, 1e-6);
}

TEST_CASE("conditional_vae: starts as a layer on pixels and label would", "[models]") {
  manual_seed(4);
  models::ConditionalVaeOptions options = small;
  options.classes = 4;
  options.encoder = {2000};
  const ConditionalVae model(options);
  for (const auto& [name, tensor] : model.named_parameters())
    if (name.starts_with("encoder.hidden.")) {
      INFO(name);
      CHECK_THAT(max(abs(tensor)).item(), WithinRel(0.25, 0.01));  // 1 / sqrt(12 + 4)
      CHECK(max(abs(tensor)).item() <= 0.25);
    }
}

TEST_CASE("conditional_vae: as many draws as are asked for, a few at a time", "[models]") {
  ConditionalVae model(small);
  Generator generator(3), same(3);
  model.log_evidence(zeros({2, 12}), 9, generator);
  randn({8, 1, 2, 2}, DType::float32, same), randn({1, 1, 2, 2}, DType::float32, same);
  CHECK(generator.position() == same.position());
}

TEST_CASE("conditional_vae: gradient of the whole loss", "[models]") {
  manual_seed(2);
  ConditionalVae model(small);
  const Tensor x = bernoulli({4, 12}, 0.4, DType::float64), noise = randn({4, 2}, DType::float64);
  check_whole_loss(model, [&] { return model.elbo(x, labels_in_turn(4), noise).loss(0.7); });
}

TEST_CASE("conditional_vae: the bound of each image, for pixels and for any numbers", "[models]") {
  manual_seed(7);
  models::ConditionalVaeOptions options = small;
  options.observation = GENERATE(models::Observation::bernoulli, models::Observation::gaussian);
  ConditionalVae model(options);
  model.to(DType::float64);
  const Tensor x = uniform({4, 12}, 0, 1, DType::float64), noise = randn({4, 2}, DType::float64);
  const Tensor label = labels_in_turn(4), bound = model.bound(x, label, noise);
  CHECK(bound.shape() == Shape{4});
  CHECK_THAT(mean(bound).item(), WithinRel(-model.elbo(x, label, noise).loss().item(), 1e-12));
  CHECK(model.reconstruct(x, label).shape() == Shape{4, 12});
  check_whole_loss(model, [&] { return mean(model.bound(x, label, noise)); });

  if (options.observation == models::Observation::bernoulli) return;
  const auto [z_mu, z_log_var] = model.encode(x, label);
  const Tensor z = z_mu + exp(z_log_var * 0.5) * noise, parameters = model.decode(z, label);
  const Tensor deviation = exp(slice(parameters, 1, 12, 24) * 0.5),
               residual = (x - slice(parameters, 1, 0, 12)) / deviation;
  const Tensor log_p = sum(square(residual) * -0.5 - log(deviation) - 0.5 * std::log(2 * std::numbers::pi), {1});
  const Tensor kl = sum(square(z_mu) + exp(z_log_var) - 1 - z_log_var, {1}) * 0.5;
  check_close(bound, log_p - kl, 1e-10);
}

TEST_CASE("conditional_vae: learns to classify, to sample by label and to reconstruct", "[models]") {
  manual_seed(3);
  models::ConditionalVaeOptions options = small;
  options.encoder = options.decoder = {16};
  ConditionalVae model(options);
  const Tensor label = labels_in_turn(60), x = bright_third(label);
  optim::Adam optimizer(model.parameters(), {.lr = 1e-2});
  for (int step = 0; step < 300; ++step) {
    const models::Vae::Elbo elbo = model.elbo(x, label);
    optimizer.zero_grad();
    elbo.loss().backward();
    optimizer.step();
  }
  const EvidenceEstimator estimator = GENERATE(EvidenceEstimator::elbo, EvidenceEstimator::importance);
  const Tensor test_label = labels_in_turn(300), test = bright_third(test_label);
  CHECK(nn::correct_predictions(model.classify(test, 10, default_generator(), estimator), test_label) > 270);

  // the bright third is where the wanted label says: [labels, third of the pixels]
  const Tensor thirds = mean(reshape(model.sample(test_label), {100, 3, 3, 4}), {0, 3});
  CHECK(argmax(thirds).to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 1, 2});
  const Tensor reconstructed = mean(reshape(model.reconstruct(test, test_label), {100, 3, 3, 4}), {0, 3});
  CHECK(argmax(reconstructed).to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 1, 2});
  // A pixel is on with 0.85 or 0.15. In nats an image takes 12 h(0.15) = 5.07 if they are known, with the label, and
  // 12 h((0.85 + 2 0.15) / 3) = 7.99 if only the mean image is; half of what is between must be learnt.
  CHECK(model.elbo(test, test_label).reconstruction.item() < 6.5);
}

TEST_CASE("conditional_vae: the evidence is that of each label by itself", "[models]") {
  manual_seed(4);
  ConditionalVae model(small);
  model.to(DType::float64);
  const Tensor x = bernoulli({5, 12}, 0.4, DType::float64);
  Generator generator(8), same(8);
  const Tensor evidence = model.log_evidence(x, 1, generator);
  const Tensor noise = randn({1, 1, 5, 2}, DType::float64, same).reshape({5, 2});
  for (Index y = 0; y < 3; ++y)
    for (Index i = 0; i < 5; ++i) {
      INFO("class " << y << ", image " << i);
      const Tensor loss = model.elbo(x.rows(i, i + 1), labels({y}), noise.rows(i, i + 1)).loss();
      CHECK_THAT(evidence[i][y].item(), WithinRel(-loss.item(), 1e-12));
    }
}

TEST_CASE("conditional_vae: more samples, more evidence, and a bound below it", "[models]") {
  manual_seed(5);
  ConditionalVae model(small);
  const NoGrad no_grad;
  for (auto [name, weight] : model.named_parameters())
    if (name.starts_with("decoder")) weight.mul_(4);  // so that p(x | z, y) depends on z
  const Tensor x = bernoulli({200, 12}, 0.4);
  const auto evidence_of = [&](Index samples, EvidenceEstimator estimator) {
    Generator generator(3);
    return mean(model.log_evidence(x, samples, generator, estimator)).item();
  };
  const double few = evidence_of(3, EvidenceEstimator::importance),
               many = evidence_of(300, EvidenceEstimator::importance);
  CHECK(few < many);
  CHECK(evidence_of(300, EvidenceEstimator::elbo) < few);
}

TEST_CASE("conditional_vae: blocks and threads change nothing", "[models]") {
  manual_seed(6);
  ConditionalVae model(small);
  const Tensor x = bernoulli({900, 12}, 0.4);  // a block holds 666 images for 3 classes and one sample
  const auto evidence_of = [&](const Tensor& images) {
    Generator generator(3);
    return model.log_evidence(images, 1, generator);
  };
  const Tensor one = with_threads(1, [&] { return evidence_of(x); });
  check_equal(with_threads(3, [&] { return evidence_of(x); }), one);
  check_close(one.rows(0, 666), evidence_of(x.rows(0, 666)), 1e-5);
  CHECK(evidence_of(x.rows(0, 0)).shape() == Shape{0, 3});
}

TEST_CASE("conditional_vae: p(y) is uniform, estimated or given, and moves the decision only", "[models]") {
  manual_seed(7);
  ConditionalVae model(small);
  check_close(exp(model.log_prior()), full({3}, 1 / 3.0), 1e-6);
  model.set_prior_from_labels(labels({0, 1, 1, 1}));
  check_close(exp(model.log_prior()), tensor({0.25, 0.75, 0}), 1e-6);

  const Tensor x = bernoulli({4, 12}, 0.4);
  const auto logits = [&] {
    Generator generator(2);
    return model.classify(x, 2, generator);
  };
  model.set_prior(tensor({1, 1, 1}));
  const Tensor before = logits();
  model.set_prior(tensor({1, 2, 5}));
  check_close(logits() - before, broadcast_to(log(tensor({3 / 8.0, 6 / 8.0, 15 / 8.0})), {4, 3}), 1e-4, 1e-5);

  CHECK_THROWS_AS(model.set_prior(tensor({1, 1})), ShapeError);
  CHECK_THROWS_AS(model.set_prior(tensor({1, -1, 1})), ValueError);
  CHECK_THROWS_AS(model.set_prior(tensor({0, 0, 0})), ValueError);
  CHECK_THROWS_AS(model.set_prior(tensor({1, NAN, 0})), ValueError);
  CHECK_THROWS_AS(model.set_prior(tensor({1, HUGE_VAL, 0})), ValueError);
  check_close(exp(model.log_prior()), tensor({0.125, 0.25, 0.625}), 1e-6);  // none of these changed it
}

TEST_CASE("conditional_vae: its state reads back", "[models]") {
  manual_seed(8);
  ConditionalVae model(small);
  model.set_prior(tensor({1, 2, 1}));
  ConditionalVae copy(small);
  copy.load_state_dict(model.state_dict());
  const Tensor x = bernoulli({4, 12}, 0.4);
  Generator one(1), two(1);
  check_equal(copy.classify(x, 1, one), model.classify(x, 1, two));
  CHECK_THROWS_WITH(ConditionalVae({.encoder = {}}), ContainsSubstring("hidden layer"));
  for (const models::ConditionalVaeOptions& options : {models::ConditionalVaeOptions{.inputs = 0},
                                                       {.classes = 0},
                                                       {.encoder = {5, 0}},
                                                       {.decoder = {-1}},
                                                       {.latent = 0}})
    CHECK_THROWS_WITH(ConditionalVae(options), ContainsSubstring("an extent is"));
  CHECK_THROWS_AS(model.log_evidence(x, 0), ValueError);
  CHECK_THROWS_AS(model.log_evidence(zeros({4, 11})), ShapeError);
}
