#include <fmt/format.h>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "examples/support/compare/sections.h"
#include "examples/support/draw/page.h"
#include "examples/support/draw/svg_charts.h"
#include "models/calibration.h"
#include "models/interval.h"
#include "nn/metrics.h"

namespace tandem::examples::compare {
namespace {

struct Classifier {
  std::string id, name, css;
  std::function<Tensor(const Tensor& x)> logits;
};

/// What one classifier did: figures for the report, and what the charts need.
struct Result {
  Classifier of;
  nlohmann::json figures;
  models::Calibration calibration;
  std::vector<std::vector<Index>> confusion;
};

Result measure(const Classifier& classifier, const Split& split) {
  const Tensor held_out = logits_for(split.held_out, classifier.logits),
               test = logits_for(split.test, classifier.logits);
  const Tensor& labels = split.test.labels;
  Result r{classifier, {}, models::calibration(test, labels), {}};
  const Index k = split.test.classes;
  const Tensor confusions = nn::confusion_counts(labels, argmax(test), k);
  for (Index i = 0; i < k; ++i) r.confusion.push_back(confusions[i].to_vector<Index>());
  const Index wrong = labels.size() - nn::correct_predictions(test, labels);
  const auto n = static_cast<double>(labels.size());
  const models::Interval interval = models::wilson_interval(wrong, labels.size());
  const double temperature = models::fit_temperature(held_out, split.held_out.labels);
  const models::Calibration cooled = models::calibration(test * (1 / temperature), labels);
  r.figures = {{"test_error", static_cast<double>(wrong) / n},
               {"test_error_interval", {interval.low, interval.high}},
               {"held_out_error", error_of(held_out, split.held_out.labels)},
               {"nll", r.calibration.nll},
               {"brier", r.calibration.brier},
               {"ece", r.calibration.ece},
               {"temperature", temperature},
               {"nll_with_temperature", cooled.nll},
               {"ece_with_temperature", cooled.ece},
               {"confusion", r.confusion}};
  return r;
}

Estimate estimate_of(const Result& r) {
  const double error = r.figures["test_error"], low = r.figures["test_error_interval"][0],
               high = r.figures["test_error_interval"][1];
  return {r.of.name, r.of.css, fmt::format("{:.2f} %", 100 * error), 100 * error, 100 * low, 100 * high};
}

std::string calibration_table(const std::vector<Result>& results) {
  std::vector<std::vector<std::string>> rows = {
      {"", "error", "NLL", "Brier", "ECE", "temperature", "calibrated NLL", "calibrated ECE"}};
  for (const Result& r : results) {
    const auto& f = r.figures;
    const auto number = [&](const char* key, int digits) {
      return fmt::format("{:.{}f}", f[key].get<double>(), digits);
    };
    rows.push_back({escaped(r.of.name), fmt::format("{:.2f} %", 100 * f["test_error"].get<double>()), number("nll", 3),
                    number("brier", 3), fmt::format("{:.1f} %", 100 * f["ece"].get<double>()), number("temperature", 2),
                    number("nll_with_temperature", 3),
                    fmt::format("{:.1f} %", 100 * f["ece_with_temperature"].get<double>())});
  }
  return table(rows);
}

std::string reliability(const Result& r) {
  std::vector<ReliabilityPoint> points;
  Index n = 0;
  for (const auto& bin : r.calibration.bins) n += bin.count;
  for (const auto& bin : r.calibration.bins)
    if (bin.count > 0)
      points.push_back({bin.confidence, bin.accuracy, static_cast<double>(bin.count) / static_cast<double>(n)});
  return figure(
      reliability_chart("Reliability of " + r.of.name, points, r.of.css),
      fmt::format("<b>{}</b>: expected calibration error {:.1f} %", escaped(r.of.name), 100 * r.calibration.ece));
}

}  // namespace

Section classification(Study& study, const Trained& t) {
  Generator generator(study.options.seed);
  const Index draws = study.sizes.bayes_draws;
  const std::vector<Classifier> classifiers = {
      {"mlp", "MLP, p(y | x)", "dis", [&](const Tensor& x) { return (*t.mlp)(x); }},
      {"conditional_vae", "Conditional VAE and Bayes' rule", "gen",
       [&](const Tensor& x) {
         // Grey values, which give the mean over all pixels drawn from them. Of the two estimators, the bound makes
         // fewer errors on held-out images than importance samples do.
         return t.conditional_vae->classify(x, draws, generator, models::EvidenceEstimator::elbo);
       }},
      {"logistic_regression", "Logistic regression", "dis2", [&](const Tensor& x) { return (*t.logistic)(x); }},
      {"naive_bayes", "Naive Bayes", "gen2", [&](const Tensor& x) { return t.naive_bayes->log_joint(x); }}};
  std::vector<Result> results;
  Section section;
  for (const Classifier& classifier : classifiers) {
    results.push_back(measure(classifier, study.own));
    section.figures[classifier.id] = results.back().figures;
    study.steps.update(static_cast<double>(results.size()) / 4);
  }
  section.figures["conditional_vae"]["draws"] = draws;

  section.title = "Telling classes apart";
  section.lead =
      "Compare the dots, blue with orange and pale blue with pale orange: a <b class=\"d\">discriminative</b> model "
      "spends all its capacity on the borders between the classes, a <b class=\"g\">generative</b> one on the whole "
      "distribution, and the borders follow from it.";
  std::vector<Estimate> estimates;
  for (const Result& r : results) estimates.push_back(estimate_of(r));
  section.body +=
      row({figure(estimate_chart("Test errors with intervals", estimates, "test error, %"),
                  fmt::format(
                      "Share of {} test images classified wrongly, with 95 % intervals (Wilson). The conditional VAE "
                      "has learnt log p(x | y) and answers with arg max log p(x | y) + log p(y); a lower bound with {} "
                      "draws for each class stands in for log p(x | y).",
                      study.own.test.size(), draws)),
           figure(confusion_chart("Confusion of the MLP", results[0].confusion),
                  "<b>MLP</b>: true classes are rows, predicted ones columns. The redder, the more frequent the "
                  "mistake." +
                      study.own.numbered_classes()),
           figure(confusion_chart("Confusion of the conditional VAE", results[1].confusion),
                  "<b>Conditional VAE</b>: the mistakes of a model that was never trained to tell classes apart.")});
  section.body += paragraph(
      "Is a model right as often as it says? On the diagonal it is; below, it is overconfident. Larger points stand "
      "for more images. A generative classifier multiplies the evidence of many pixels and tends to be overconfident. "
      "A single number, the temperature, fitted on held-out images, rescales its log-probabilities and changes no "
      "decision; the last two columns of the table show the effect.");
  std::vector<std::string> charts;
  for (const Result& r : results) charts.push_back(reliability(r));
  section.body += row(charts) + calibration_table(results);
  return section;
}

}  // namespace tandem::examples::compare
