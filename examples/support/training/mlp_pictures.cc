#include "examples/support/training/mlp_pictures.h"

#include <algorithm>

#include "autograd/create.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"
#include "autograd/profile.h"
#include "examples/support/draw/charts.h"
#include "examples/support/draw/line_chart.h"
#include "models/evaluate.h"
#include "nn/data/picture_format.h"
#include "nn/metrics.h"

namespace tandem::examples {
namespace {

constexpr Index most_mistakes = 32, most_tiles = 100;

/// Indices of the wrong predictions, the most confident first.
std::vector<std::int64_t> worst_mistakes(const Tensor& labels, const Tensor& predictions, const Tensor& confidences) {
  std::vector<std::int64_t> wrong;
  for (Index i = 0; i < labels.size(); ++i)
    if (labels.data<std::int64_t>()[i] != predictions.data<std::int64_t>()[i]) wrong.push_back(i);
  std::stable_sort(wrong.begin(), wrong.end(), [&](std::int64_t a, std::int64_t b) {
    return confidences.data<float>()[a] > confidences.data<float>()[b];
  });
  wrong.resize(std::min<std::size_t>(wrong.size(), most_mistakes));
  return wrong;
}

}  // namespace

void draw_pictures(Run& run, models::Mlp& model, const data::Source& data) {
  const ProfileScope profile("pictures");
  const data::Images& test = data.test;
  const auto write = [&](const char* name, const Tensor& picture) { run.pictures.write(name, picture); };
  write("curves_loss.png",
        line_chart("Cross-entropy", {run.series("train_loss"), run.series("test_loss")}, "epoch", "nats per image"));
  write("curves_accuracy.png", line_chart("Accuracy", {run.series("train_accuracy"), run.series("test_accuracy")},
                                          "epoch", "share of images"));

  const Tensor probabilities = models::evaluate(model, test).probabilities;
  const Tensor predictions = argmax(probabilities), confidences = max(probabilities, {1});
  write("confusion.png",
        confusion_matrix(nn::confusion_counts(test.labels, predictions, probabilities.dim(1)), data.class_names));

  if (const auto wrong = worst_mistakes(test.labels, predictions, confidences); !wrong.empty()) {
    const Tensor indices = tensor(wrong, {static_cast<Index>(wrong.size())});
    const Tensor images =
        data::as_pictures(gather_rows(test.pixels, indices), {test.height, test.width, test.channels});
    write("mistakes.png", mistakes(images, gather_rows(test.labels, indices), gather_rows(predictions, indices),
                                   gather_rows(confidences, indices), 8, data.class_names));
  }
  if (test.channels != 1) return;  // a weight for each colour channel is not a colour
  const Tensor weight = model.parameters().front().detach();
  write("first_layer_weights.png",
        weight_tiles(weight.rows(0, std::min(most_tiles, weight.dim(0))), test.height, test.width, 10));
}

}  // namespace tandem::examples
