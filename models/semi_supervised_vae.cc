#include "models/semi_supervised_vae.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "autograd/random.h"

namespace tandem::models {
namespace {

const SemiSupervisedVaeOptions& checked(const SemiSupervisedVaeOptions& options) {
  const ConditionalVaeOptions& g = options.generative;
  const MlpOptions& c = options.classifier;
  if (g.inputs != c.inputs || g.classes != c.classes)
    throw_value_error("SemiSupervisedVae",
                      "the generative part has " + std::to_string(g.inputs) + " inputs and " +
                          std::to_string(g.classes) + " classes, the classifier " + std::to_string(c.inputs) + " and " +
                          std::to_string(c.classes),
                      "they see the same images and labels");
  if (!(options.least_probability >= 0 && options.least_probability <= 1))
    throw_value_error("SemiSupervisedVae", "least_probability = " + to_text(options.least_probability),
                      "it is a probability");
  return options;
}

/// The entries whose keys begin with the prefix, without it.
Architecture part(const Architecture& whole, std::string_view prefix) {
  Architecture entries;
  for (const auto& [key, value] : whole)
    if (key.starts_with(prefix)) entries[key.substr(prefix.size())] = value;
  return entries;
}

/// Pairs of an image and a class.
struct Pairs {
  Tensor image, label;  ///< int64 [p]: the image's row, the class
  Tensor place;         ///< int64 [p]: of the pair in a flat [n, classes]
  Tensor excluded;      ///< [n, classes], -infinity where the pair is not there, else 0
};

/// The pairs that q finds probable, always with the most probable class of each image; none that p(y) rules out.
/// log_q [n, classes], log_prior [classes]
Pairs probable_pairs(const Tensor& log_q, const Tensor& log_prior, double least_probability) {
  const Index n = log_q.dim(0), classes = log_q.dim(1);
  const std::vector<double> values = log_q.to_vector<double>(), prior = log_prior.to_vector<double>();
  const auto possible = [&](Index y) { return prior[static_cast<std::size_t>(y)] > -HUGE_VAL; };
  std::vector<std::int64_t> image, label, place;
  std::vector<double> excluded(values.size(), -std::numeric_limits<double>::infinity());
  for (Index i = 0; i < n; ++i) {
    const auto row = values.begin() + i * classes;
    double least = -HUGE_VAL;
    for (Index y = 0; y < classes; ++y)
      if (possible(y)) least = std::max(least, row[y]);
    least = std::min(least, std::log(least_probability));
    for (Index y = 0; y < classes; ++y) {
      if (!possible(y) || row[y] < least) continue;
      image.push_back(i);
      label.push_back(y);
      place.push_back(i * classes + y);
      excluded[static_cast<std::size_t>(i * classes + y)] = 0;
    }
  }
  const Shape pairs = {static_cast<Index>(image.size())};
  return {tensor(image, pairs), tensor(label, pairs), tensor(place, pairs),
          tensor(excluded, log_q.shape()).to(log_q.dtype())};
}

}  // namespace

double SemiSupervisedVaeOptions::weight_count() const { return generative.weight_count() + classifier.weight_count(); }

SemiSupervisedVae::SemiSupervisedVae(const SemiSupervisedVaeOptions& options)
    : least_probability_(options.least_probability),
      generative_(*this, "generative", checked(options).generative),
      classifier_(*this, "classifier", options.classifier) {}

Tensor SemiSupervisedVae::Loss::total(double share, double alpha) const {
  return labelled * share + unlabelled * (1 - share) + classification * alpha;
}

SemiSupervisedVae::Loss SemiSupervisedVae::loss(const Tensor& x, const Tensor& labels, const Tensor& unlabelled,
                                                Generator& generator) {
  if (x.dim(0) < 1 || unlabelled.dim(0) < 1)
    throw_value_error(
        "SemiSupervisedVae::loss",
        std::to_string(x.dim(0)) + " labelled and " + std::to_string(unlabelled.dim(0)) + " unlabelled images",
        "each term is a mean over images of its kind: there is at least 1 of both");
  const Index latent = generative_.options().latent;
  const auto noise = [&](const Tensor& rows) { return randn({rows.dim(0), latent}, rows.dtype(), generator); };
  const Tensor& log_prior = generative_.log_prior();

  const auto log_joint = [&](const Tensor& images, const Tensor& y) {
    return generative_.bound(images, y, noise(images)) + gather_rows(log_prior, y);
  };

  const Tensor log_q_all = log_softmax(classifier_(unlabelled));
  const Pairs pairs = probable_pairs(log_q_all, log_prior, least_probability_);
  const Tensor log_q = gather_rows(reshape(log_softmax(log_q_all + pairs.excluded), {-1}), pairs.place);
  const Tensor log_p = log_joint(gather_rows(unlabelled, pairs.image), pairs.label);
  return {.labelled = -mean(log_joint(x, labels)),
          .unlabelled = sum(exp(log_q) * (log_q - log_p)) / static_cast<double>(unlabelled.dim(0)),
          .classification = cross_entropy(classifier_(x), labels)};
}

Architecture SemiSupervisedVae::architecture() const {
  Architecture description = {{"model", "semi_supervised_vae"}};
  for (const auto& [key, value] : generative_.architecture()) description["generative." + key] = value;
  for (const auto& [key, value] : classifier_.architecture()) description["classifier." + key] = value;
  return description;
}

SemiSupervisedVaeOptions SemiSupervisedVae::from_architecture(const Architecture& architecture) {
  const ArchitectureReader reader(architecture, "semi_supervised_vae");
  return {.generative = ConditionalVae::from_architecture(part(architecture, "generative.")),
          .classifier = Mlp::from_architecture(part(architecture, "classifier."))};
}

}  // namespace tandem::models
