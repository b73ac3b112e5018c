#include <fmt/format.h>

#include <algorithm>

#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "autograd/random.h"
#include "examples/support/compare/sections.h"
#include "examples/support/compare/translated.h"
#include "examples/support/draw/page.h"
#include "examples/support/draw/svg_charts.h"
#include "examples/support/median.h"
#include "models/complexity.h"
#include "models/likelihood.h"
#include "models/likelihood_regret.h"
#include "models/roc.h"

namespace tandem::examples::compare {
namespace {

using Scores = std::map<std::string, std::vector<double>>;

/// What each score is called on the page. All are higher for outliers.
const std::vector<std::pair<std::string, std::string>> score_names = {
    {"likelihood", "&minus;log p(x)"},
    {"softmax", "1 &minus; largest p(y | x) of the MLP"},
    {"likelihood_regret", "likelihood regret"},
    {"complexity_ratio", "&minus;log p(x) &minus; complexity"}};

/// A model of each kind, trained on the same images.
struct Pair {
  models::Vae& vae;
  models::Mlp& mlp;
};

std::vector<double> largest_probability(models::Mlp& mlp, const Tensor& x) {
  const NoGrad no_grad;
  return max(softmax(mlp(x)), {1}).to_vector<double>();
}

class Outliers {
 public:
  Outliers(Study& study, const Trained& trained) : study_(study), t_(trained) {}

  Section section() {
    Section s;
    s.title = "How likely is this?";
    s.lead =
        "Show both models images of a kind that they have never seen. The <b class=\"d\">classifier</b> still names a "
        "class, and may be sure of it; the <b class=\"g\">density</b> should notice. Where its AUROC is below 0.5, it "
        "finds the unknown images more likely than those it knows.";
    s.body = strangers(s.figures);
    const auto [a, b] = std::pair{study_.own.name, study_.other.name};
    study_.steps.update(0.3);
    s.body += direction(s.figures[a + "_to_" + b], {*t_.vae, *t_.mlp}, study_.own, study_.other);
    study_.steps.update(0.65);
    s.body += direction(s.figures[b + "_to_" + a], {*t_.other_vae, *t_.other_mlp}, study_.other, study_.own);
    s.body += paragraph(
        "<span class=\"note\">The likelihood of an image falls with its complexity, whatever the model knows: simple "
        "images are likely under any model. Two scores correct for that. <b>Regret</b> is how much better the image "
        "could be explained than the encoder explains it. The <b>ratio</b> subtracts the length of the image in a code "
        "that knows no other image. The best score was chosen on held-out training images of both kinds; the figures "
        "are of test images.</span>");
    return s;
  }

 private:
  std::uint64_t seed() const { return study_.options.seed; }

  std::vector<double> log_likelihoods(models::Vae& vae, const Tensor& binary) const {
    return models::log_likelihood(vae, binary,
                                  {.samples = std::max<Index>(study_.sizes.likelihood_draws / 5, 1), .seed = seed()})
        .image;
  }

  Scores scores(const Pair& models, const data::Images& images) const {
    const Tensor grey = images.batch(0, std::min(study_.sizes.outlier_images, images.size())).image,
                 x = drawn(grey, seed());
    Scores s;
    s["likelihood"] = log_likelihoods(models.vae, x);
    for (double& value : s["likelihood"]) value = -value;
    s["softmax"] = largest_probability(models.mlp, grey);
    for (double& value : s["softmax"]) value = 1 - value;
    s["likelihood_regret"] =
        models::likelihood_regret(models.vae, x, {.steps = study_.sizes.regret_steps, .seed = seed()});
    s["complexity_ratio"] = s["likelihood"];
    const auto nats = models::complexity(x, images.height, images.width * images.channels);
    for (std::size_t i = 0; i < nats.size(); ++i) s["complexity_ratio"][i] -= nats[i];
    return s;
  }

  /// Models trained on one set, tested on the other.
  std::string direction(nlohmann::json& figures, const Pair& models, const Split& known, const Split& unknown) const {
    const Scores in_held_out = scores(models, known.held_out), out_held_out = scores(models, unknown.held_out);
    const Scores in = scores(models, known.test), out = scores(models, unknown.test);
    std::string best;
    double best_held_out = -1;
    std::vector<std::vector<std::string>> rows = {{"AUROC", "test images", "held-out images"}};
    for (const auto& [id, name] : score_names) {
      const double held_out = models::auroc(in_held_out.at(id), out_held_out.at(id)),
                   test = models::auroc(in.at(id), out.at(id));
      figures["auroc"][id] = test;
      figures["held_out_auroc"][id] = held_out;
      if (held_out > best_held_out) best = id, best_held_out = held_out;
      rows.push_back({name, fmt::format("{:.3f}", test), fmt::format("{:.3f}", held_out)});
    }
    figures["likelihood_auroc"] = figures["auroc"]["likelihood"];
    figures["best_score"] = best;
    figures["best_auroc"] = figures["auroc"][best];
    figures["images"] = in.at("likelihood").size();
    const std::string title = escaped(known.name) + " &rarr; " + escaped(unknown.name);
    const auto negated = [](std::vector<double> values) {
      for (double& value : values) value = -value;
      return values;
    };
    const auto name =
        std::find_if(score_names.begin(), score_names.end(), [&](const auto& s) { return s.first == best; });
    const std::vector<Key> keys = {{"gen", known.name + ", trained on"}, {"neutral", unknown.name + ", never seen"}};
    return row(
        {figure(histogram_chart("log p(x), trained on " + known.name,
                                {{"gen", negated(in.at("likelihood"))}, {"neutral", negated(out.at("likelihood"))}},
                                "log p(x), nats"),
                legend(keys) +
                    fmt::format("<b>{}</b>: the likelihood alone. AUROC {:.3f}; below 0.5 unknown images are likelier.",
                                title, figures["likelihood_auroc"].get<double>())),
         figure(histogram_chart("Best score, trained on " + known.name,
                                {{"gen", in.at(best)}, {"neutral", out.at(best)}}, "score"),
                legend(keys) + fmt::format("<b>{}</b>: the best score, {}. AUROC {:.3f}.", title, name->second,
                                           figures["best_auroc"].get<double>())),
         figure(table(rows), "1 separates perfectly, 0.5 is chance.")});
  }

  /// Shows images of several kinds to the models of this set.
  std::string strangers(nlohmann::json& figures) const {
    const data::Images& test = study_.own.test;
    const Index n = std::min(study_.sizes.outlier_images, test.size());
    const Tensor own = test.batch(0, n).image;
    Generator generator(seed() + 30);
    std::vector<std::tuple<std::string, std::string, Tensor>> kinds = {
        {study_.own.name, "gen", own},
        {"shifted " + study_.own.name, "good", translated(own, {test.height, test.width, test.channels})},
        {study_.other.name, "neutral", study_.other.test.batch(0, std::min(n, study_.other.test.size())).image},
        {"noise", "wrongs", uniform(own.shape(), 0, 1, DType::float32, generator)}};
    // For a set without a sibling, the other set is the inverted one already.
    if (study_.other.name != "inverted")
      kinds.insert(kinds.end() - 1, {"inverted " + study_.own.name, "dis2", 1 - own});
    std::vector<Distribution> likelihoods, confidences;
    std::vector<Key> keys;
    std::vector<Tensor> shown;
    std::vector<std::vector<std::string>> rows = {
        {"", "median log p(x)", "median confidence", "confidence above 90 %"}};
    for (const auto& [name, css, x] : kinds) {
      likelihoods.push_back({css, log_likelihoods(*t_.vae, drawn(x, seed()))});
      confidences.push_back({css, largest_probability(*t_.mlp, x)});
      keys.push_back({css, name});
      shown.push_back(x.rows(0, 12));
      const auto& sure = confidences.back().values;
      const double log_p = median(likelihoods.back().values), confidence = median(sure);
      const auto above =
          static_cast<double>(std::count_if(sure.begin(), sure.end(), [](double c) { return c > 0.9; })) /
          static_cast<double>(sure.size());
      figures["kinds"][name] = {
          {"median_log_likelihood", log_p}, {"median_confidence", confidence}, {"confident_share", above}};
      rows.push_back({escaped(name), with_minus(fmt::format("{:.0f}", log_p)),
                      fmt::format("{:.1f} %", 100 * confidence), fmt::format("{:.0f} %", 100 * above)});
    }
    return row(
        {figure(histogram_chart("log p(x) of images of several kinds", likelihoods, "log p(x) of the VAE, nats"),
                legend(keys) + "Each kind is scaled to its own peak. The VAE was trained on the first kind only."),
         figure(histogram_chart("Confidence of the MLP on the same images", confidences, "largest p(y | x) of the MLP"),
                legend(keys) + "The MLP's confidence on the same images."),
         figure(study_.picture("kinds", concat(shown), 12, "Images of each kind, a row each") + table(rows),
                "A row for each kind, in the order of the table.")});
  }

  Study& study_;
  const Trained& t_;
};

}  // namespace

Section out_of_distribution(Study& study, const Trained& trained) { return Outliers(study, trained).section(); }

}  // namespace tandem::examples::compare
