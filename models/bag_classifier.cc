#include "models/bag_classifier.h"

#include "autograd/create.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/noise.h"
#include "autograd/random.h"
#include "nn/optim/adam.h"
#include "nn/optim/sparse_adagrad.h"

namespace tandem::models {

namespace {

const BagClassifierOptions& checked(const BagClassifierOptions& options) {
  if (options.hidden < 0)
    throw_value_error("BagClassifier", "hidden = " + std::to_string(options.hidden), "0 is no hidden layer");
  return options;
}

/// Keeps each value with probability 1 - p, divided by it. The others are taken out, which changes no result and costs
/// less than a 0.
nn::Bags drop_values(const nn::Bags& bags, double p, Generator& generator) {
  if (p == 0) return bags;
  const Tensor kept = dropout(bags.weights, p, generator);
  const float* weight = kept.data<float>();
  const auto *index = bags.indices.data<std::int64_t>(), *offset = bags.offsets.data<std::int64_t>();
  std::vector<nn::Bag> rows(static_cast<std::size_t>(bags.size()));
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (std::int64_t i = offset[row]; i < offset[row + 1]; ++i)
      if (weight[i] != 0) rows[row].emplace_back(index[i], weight[i]);
  return nn::make_bags(rows);
}

}  // namespace

BagClassifier::BagClassifier(const BagClassifierOptions& options)
    : table(*this, "table", checked(options).features, std::max<Index>(1, options.hidden),
            {.deviation = options.hidden > 0 ? 0.1 : 0, .sparse = true}),
      bias(parameter("bias", zeros({std::max<Index>(1, options.hidden)}))),
      options_(options) {
  if (options.hidden > 0) output = std::make_unique<nn::Linear>(*this, "output", options.hidden, 1);
}

Tensor BagClassifier::operator()(const nn::Bags& bags) {
  Tensor x = table(bags) + bias;
  if (output) x = (*output)(leaky_relu(x));  // leaky: large first steps must not silence the few hidden units for good
  return x.reshape({-1});
}

Architecture BagClassifier::architecture() const {
  return {{"model", "bag_classifier"},
          {"features", std::to_string(options_.features)},
          {"hidden", std::to_string(options_.hidden)}};
}

BagClassifierOptions BagClassifier::from_architecture(const Architecture& architecture) {
  const ArchitectureReader reader(architecture, "bag_classifier");
  return {.features = reader.extent("features"), .hidden = reader.count("hidden")};
}

void train(BagClassifier& model, const nn::Bags& bags, const std::vector<float>& labels, const BagTraining& training) {
  if (static_cast<Index>(labels.size()) != bags.size())
    throw_value_error("train", std::to_string(labels.size()) + " labels for " + std::to_string(bags.size()) + " bags");
  if (training.batch_size < 1 || training.epochs < 0)
    throw_value_error("train",
                      std::to_string(training.epochs) + " epochs in batches of " + std::to_string(training.batch_size),
                      "epochs are at least 0, and a batch has at least 1 row");
  if (!(training.dropout >= 0 && training.dropout < 1))
    throw_value_error("train", "dropout " + to_text(training.dropout), "it lies in [0, 1)");
  std::vector<Tensor> dense{model.bias};
  if (model.output)
    for (const Tensor& parameter : model.output->parameters()) dense.push_back(parameter);
  optim::Adam adam(dense, {.lr = training.lr});
  optim::SparseAdagrad adagrad(model.table, {.lr = training.table_lr});
  Generator generator(training.seed);
  for (int epoch = 0; epoch < training.epochs; ++epoch) {
    const std::vector<Index> order = randperm(bags.size(), generator).to_vector<Index>();
    for (std::size_t begin = 0; begin < order.size(); begin += static_cast<std::size_t>(training.batch_size)) {
      const auto indices = std::span(order).subspan(
          begin, std::min(order.size() - begin, static_cast<std::size_t>(training.batch_size)));
      std::vector<float> y;
      for (const Index index : indices) y.push_back(labels[static_cast<std::size_t>(index)]);
      const nn::Bags batch = drop_values(bags.subset(indices), training.dropout, generator);
      model.zero_grad();  // of the table too, which an earlier backward() may have reached
      bce_with_logits(model(batch), tensor(y, {static_cast<Index>(y.size())})).backward();
      adam.step();
      adagrad.step();
    }
  }
}

}  // namespace tandem::models
