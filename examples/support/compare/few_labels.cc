#include <fmt/format.h>

#include <cmath>

#include "autograd/ops/loss.h"
#include "autograd/random.h"
#include "examples/support/compare/sections.h"
#include "examples/support/draw/page.h"
#include "examples/support/draw/svg_charts.h"
#include "nn/data/loader.h"
#include "nn/optim/adam.h"

namespace tandem::examples::compare {
namespace {

/// Test error of an MLP after a fixed number of steps, however few the images.
double error_of_mlp(const Study& study, const data::Images& images, std::vector<Index> hidden, std::uint64_t seed) {
  manual_seed(seed);
  models::Mlp mlp({.inputs = images.pixels.dim(1), .hidden = std::move(hidden), .classes = images.classes});
  optim::Adam optimizer(mlp.parameters(), {.lr = 1e-3});
  Generator order(seed);
  const data::Loader loader(images, {.batch_size = std::min<Index>(64, images.size())}, order);
  for (Index step = 0; step < study.sizes.few_steps;)
    for (const data::Batch& batch : loader) {
      if (step++ == study.sizes.few_steps) break;
      const Tensor loss = cross_entropy(mlp(batch.image), batch.label);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
    }
  mlp.eval();
  return error_of(logits_for(study.own.test, [&](const Tensor& x) { return mlp(x); }), study.own.test.labels);
}

double error_of_naive_bayes(const Study& study, const data::Images& images) {
  const auto model = train_naive_bayes(images);
  return error_of(logits_for(study.own.test, [&](const Tensor& x) { return model->log_joint(x); }),
                  study.own.test.labels);
}

/// Mean error over the draws of each size, with a band of one standard deviation, in percent.
Curve curve_of(const std::string& name, const std::string& css, const std::vector<Index>& sizes,
               const std::vector<std::vector<double>>& errors) {
  Curve curve{name, css, {}, {}};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    double mean = 0, square = 0;
    const auto n = static_cast<double>(errors[i].size());
    for (const double e : errors[i]) mean += 100 * e / n;
    for (const double e : errors[i]) square += (100 * e - mean) * (100 * e - mean) / std::max(n - 1, 1.0);
    curve.x.push_back(static_cast<double>(sizes[i]));
    curve.y.push_back(mean);
    curve.low.push_back(std::max(mean - std::sqrt(square), mean / 2));  // the axis is logarithmic
    curve.high.push_back(mean + std::sqrt(square));
  }
  return curve;
}

/// Number of labels from which `b` stays below `a`, interpolated in its logarithm; 0 if `b` is not below `a` at the
/// last size, or is below it at every size.
double crossing(const Curve& a, const Curve& b) {
  for (std::size_t i = a.x.size(); i-- > 1;) {
    const double now = b.y[i] - a.y[i], before = b.y[i - 1] - a.y[i - 1];
    if (now >= 0) return 0;
    if (before < 0) continue;
    return a.x[i - 1] * std::pow(a.x[i] / a.x[i - 1], before / (before - now));
  }
  return 0;
}

/// 10, 30, 100, ... up to all images.
std::vector<Index> sizes_up_to(Index all) {
  std::vector<Index> sizes;
  for (const Index n : {10, 30, 100, 300, 1'000, 3'000, 10'000, 30'000})
    if (n < all) sizes.push_back(n);
  sizes.push_back(all);
  return sizes;
}

/// Errors of naive Bayes, logistic regression and an MLP for each number of labels, over several draws of the labels.
std::vector<Curve> learning_curves(Study& study, const std::vector<Index>& sizes) {
  const data::Images& all = study.own.train;
  const int draws = study.sizes.label_draws;
  std::vector<std::vector<double>> naive_bayes(sizes.size()), logistic = naive_bayes, mlp = naive_bayes;
  double done = 0;
  for (int draw = 0; draw < draws; ++draw) {
    Generator generator(study.options.seed + 500 + static_cast<std::uint64_t>(draw));
    const std::vector<Index> order = randperm(all.size(), generator).to_vector<Index>();
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const data::Images some = all.subset(std::span(order).first(static_cast<std::size_t>(sizes[i])));
      const std::uint64_t seed = study.options.seed + static_cast<std::uint64_t>(draw);
      naive_bayes[i].push_back(error_of_naive_bayes(study, some));
      logistic[i].push_back(error_of_mlp(study, some, {}, seed));
      mlp[i].push_back(error_of_mlp(study, some, {128}, seed));
      study.steps.update(++done / static_cast<double>(sizes.size() * static_cast<std::size_t>(draws)));
    }
  }
  return {curve_of("naive Bayes", "gen2", sizes, naive_bayes), curve_of("logistic regression", "dis2", sizes, logistic),
          curve_of("MLP, 128 hidden units", "dis", sizes, mlp)};
}

}  // namespace

Section few_labels(Study& study, const Trained&) {
  const std::vector<Index> sizes = sizes_up_to(study.own.train.size());
  const int draws = study.sizes.label_draws;
  const std::vector<Curve> curves = learning_curves(study, sizes);
  const double cross = crossing(curves[0], curves[1]);
  Section s;
  s.title = "Few labels";
  s.lead =
      "Follow the pale lines from left to right: the <b class=\"g\">generative</b> model is soon as good as its "
      "assumptions allow; the <b class=\"d\">discriminative</b> one assumes less and keeps learning.";
  s.figures = {{"labels", sizes}, {"draws", draws}, {"steps", study.sizes.few_steps}};
  const char* const ids[] = {"naive_bayes", "logistic_regression", "mlp"};
  std::vector<Key> keys;
  std::vector<std::vector<std::string>> rows(1, {"labels"});
  for (const Index n : sizes) rows.push_back({std::to_string(n)});
  for (std::size_t c = 0; c < curves.size(); ++c) {
    keys.push_back({curves[c].css, curves[c].name});
    s.figures["error_percent"][ids[c]] = {{"mean", curves[c].y}, {"mean_plus_deviation", curves[c].high}};
    rows[0].push_back(curves[c].name);
    for (std::size_t i = 0; i < sizes.size(); ++i)
      rows[i + 1].push_back(
          fmt::format("{:.1f} &plusmn; {:.1f} %", curves[c].y[i], curves[c].high[i] - curves[c].y[i]));
  }
  s.figures["crossing_labels"] = cross > 0 ? nlohmann::json(std::round(cross)) : nlohmann::json();
  const std::string where =
      cross > 0 ? fmt::format("Logistic regression overtakes naive Bayes at about <b>{:.0f} labels</b>.", cross)
                : "Nowhere in this range does logistic regression overtake naive Bayes for good.";
  s.body =
      row({figure(curve_chart("Test error against the number of labels", curves,
                              {"labelled images", "test error, %", true, true}),
                  legend(keys) +
                      fmt::format("{} Means over {} draws of the labelled images, with bands of one standard "
                                  "deviation, cut off below half the mean; an error of 0 is drawn at the lower edge. "
                                  "The discriminative models train for {} steps, whatever the number of images. After "
                                  "Ng and Jordan (2001).",
                                  where, draws, study.sizes.few_steps)),
           figure(table(rows), "")});
  return s;
}

}  // namespace tandem::examples::compare
