#include <fmt/format.h>

#include <algorithm>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "examples/support/compare/sections.h"
#include "examples/support/compare/skew.h"
#include "examples/support/draw/page.h"
#include "examples/support/draw/svg_charts.h"
#include "models/calibration.h"
#include "models/interval.h"
#include "models/label_shift.h"

namespace tandem::examples::compare {
namespace {

/// 1 where the most probable class is the label.
std::vector<int> hits(const Tensor& logits, const Tensor& labels) {
  const auto hit = equal(argmax(logits), labels).to_vector<std::uint8_t>();
  return {hit.begin(), hit.end()};
}

double share_missed(const std::vector<int>& hits) {
  return 1 - static_cast<double>(std::count(hits.begin(), hits.end(), 1)) / static_cast<double>(hits.size());
}

std::vector<double> recalls(const std::vector<int>& hits, const Tensor& labels, Index k) {
  std::vector<double> right(static_cast<std::size_t>(k), 0), all = right;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const auto y = static_cast<std::size_t>(labels.data<std::int64_t>()[i]);
    right[y] += hits[i];
    all[y] += 1;
  }
  for (std::size_t y = 0; y < all.size(); ++y) right[y] = 100 * right[y] / std::max(all[y], 1.0);
  return right;
}

/// Test hits of a classifier trained on the skewed images, before and after its prior is swapped, and of two to compare
/// it with: one trained on all images, one on the skewed ones with the rare classes repeated.
struct SkewResult {
  std::string id, name, css;
  std::vector<int> fair, before, retrained, known, estimated;
  std::vector<double> prior;  ///< of the test images, estimated by expectation maximisation
  double temperature;
};

class Skew {
 public:
  Skew(Study& study, const Trained& trained) : study_(study), t_(trained), k_(study.own.train.classes) {}

  Section section() {
    const auto weights = study_.options.weights(k_);
    const data::Images skewed = thinned(study_.own.train, weights);
    const std::vector<double> prior = models::label_shares(skewed.labels, k_);
    const data::Images repeated = evened(skewed);
    const Training training = {.epochs = study_.sizes.skewed_epochs, .distortion = study_.sizes.skewed_distortion};
    const auto mlp_on = [&](const char* name, const data::Images& images) {
      return train_mlp(study_, name, images, {512, 512}, training);
    };
    const auto vae_on = [&](const char* name, const data::Images& images) {
      return train_conditional_vae(study_, name, images, training);
    };
    const auto fair_mlp = mlp_on("fair_mlp", study_.own.train), mlp = mlp_on("skewed_mlp", skewed),
               even_mlp = mlp_on("evened_mlp", repeated);
    const auto fair_vae = vae_on("fair_conditional_vae", study_.own.train),
               vae = vae_on("skewed_conditional_vae", skewed), even_vae = vae_on("evened_conditional_vae", repeated);
    study_.steps.begin("bias");

    Section s;
    s.figures["class_weights"] = nlohmann::json::object();
    for (const auto& [y, share] : weights) s.figures["class_weights"][std::to_string(y)] = share;
    s.figures["training_images"] = skewed.size();
    s.figures["training_shares"] = prior;
    const auto logits = [](models::Mlp& model) { return [&model](const Tensor& x) { return model(x); }; };
    const std::vector<SkewResult> results = {
        measure("mlp", "MLP", "dis", logits(*fair_mlp), logits(*even_mlp), logits(*mlp), prior, zeros({k_})),
        measure("conditional_vae", "Conditional VAE", "gen", bayes(*fair_vae), bayes(*even_vae), bayes(*vae), prior,
                vae->log_prior())};
    for (const SkewResult& r : results) s.figures[r.id] = figures_of(r);

    s.title = "Bias in, bias out";
    s.lead =
        "Some classes were made rare in the training set. Both models learn the skew: the <b "
        "class=\"g\">generative</b> one reproduces it in its samples, the <b class=\"d\">discriminative</b> one in the "
        "classes that it overlooks. Where the prior is a separate factor, it can be replaced without training.";
    s.body = histograms(*vae, prior, s.figures) + recall_charts(results) + errors(results, s.figures);
    return s;
  }

 private:
  using Classify = std::function<Tensor(const Tensor& x)>;

  Classify bayes(models::ConditionalVae& vae) const {
    auto generator = std::make_shared<Generator>(study_.options.seed);
    const Index draws = std::max<Index>(study_.sizes.bayes_draws / 4, 1);
    return [&vae, generator, draws](const Tensor& x) {
      return vae.classify(x, draws, *generator, models::EvidenceEstimator::elbo);
    };
  }

  /// @param log_prior  [k]; zeros for a model in which the prior is no term of its own
  SkewResult measure(const std::string& id, const std::string& name, const std::string& css, const Classify& fair,
                     const Classify& retrained, const Classify& skewed, const std::vector<double>& prior,
                     const Tensor& log_prior) {
    const data::Images& test = study_.own.test;
    const std::vector<double> even(static_cast<std::size_t>(k_), 1.0 / static_cast<double>(k_));
    // Swapping a prior is right only for calibrated probabilities: the logits are divided by the temperature fitted on
    // held-out images with the same skew.
    const data::Images held_out = thinned(study_.own.held_out, study_.options.weights(k_));
    const double temperature = models::fit_temperature(logits_for(held_out, skewed) - log_prior, held_out.labels,
                                                       log_prior.to_vector<double>());
    const Tensor as_trained = logits_for(test, skewed), logits = (as_trained - log_prior) / temperature + log_prior;
    SkewResult s{.id = id,
                 .name = name,
                 .css = css,
                 .fair = hits(logits_for(test, fair), test.labels),
                 .before = hits(as_trained, test.labels),
                 .retrained = hits(logits_for(test, retrained), test.labels),
                 .known = {},
                 .estimated = {},
                 .prior = {},
                 .temperature = temperature};
    s.known = hits(models::swap_prior(logits, prior, even), test.labels);
    s.prior = models::estimate_prior(logits, prior);
    s.estimated = hits(models::swap_prior(logits, prior, s.prior), test.labels);
    return s;
  }

  nlohmann::json figures_of(const SkewResult& s) const {
    nlohmann::json json = {{"estimated_prior", s.prior}, {"temperature", s.temperature}};
    const std::pair<const char*, const std::vector<int>*> all[] = {{"without_skew", &s.fair},
                                                                   {"skewed", &s.before},
                                                                   {"retrained", &s.retrained},
                                                                   {"known_prior", &s.known},
                                                                   {"estimated_prior", &s.estimated}};
    for (const auto& [id, hits] : all) {
      const auto n = static_cast<Index>(hits->size());
      const auto interval = models::wilson_interval(std::count(hits->begin(), hits->end(), 0), n);
      json["test_error"][id] = share_missed(*hits);
      json["test_error_interval"][id] = {interval.low, interval.high};
    }
    json["recovered_by_retraining"] = recovered(s.fair, s.before, s.retrained, study_.options.seed);
    json["recovered_by_known_prior"] = recovered(s.fair, s.before, s.known, study_.options.seed);
    json["recovered_by_estimated_prior"] = recovered(s.fair, s.before, s.estimated, study_.options.seed);
    return json;
  }

  std::vector<std::string> classes() const {
    std::vector<std::string> names;
    for (Index y = 0; y < k_; ++y) names.push_back(std::to_string(y));
    return names;
  }

  /// The classes that the judge sees in samples whose labels are drawn from the learnt prior.
  std::string histograms(models::ConditionalVae& vae, const std::vector<double>& prior, nlohmann::json& figures) {
    const NoGrad no_grad;
    Generator generator(study_.options.seed + 60);
    const Index n = study_.sizes.judged;
    const Tensor samples = vae.sample(multinomial(tensor(prior), n, generator), generator);
    const auto shares = models::label_shares(argmax((*t_.judge)(samples)), k_, 0);
    figures["sample_shares"] = shares;
    const auto percent = [](std::vector<double> values) {
      for (double& value : values) value *= 100;
      return values;
    };
    return row(
        {figure(column_chart("Classes in the data and among the samples",
                             {{"neutral", percent(prior)}, {"gen", percent(shares)}}, classes(), "share, %"),
                legend({{"neutral", "training set"}, {"gen", "samples, as the judge classifies them"}}) +
                    fmt::format("{} samples of the conditional VAE, with classes drawn as often as in training.{}", n,
                                study_.own.numbered_classes())),
         figure(study_.picture("skewed_samples", samples.rows(0, 100), 10, "Samples after training on the skewed set"),
                "Its samples: skewed like the images that it was trained on.")});
  }

  std::string recall_charts(const std::vector<SkewResult>& results) const {
    std::vector<std::string> charts;
    const Tensor& labels = study_.own.test.labels;
    for (const SkewResult& r : results)
      charts.push_back(
          figure(column_chart("Recall of " + r.name,
                              {{r.css + "2", recalls(r.before, labels, k_)}, {r.css, recalls(r.known, labels, k_)}},
                              classes(), "recall, %"),
                 legend({{r.css + "2", "as trained"}, {r.css, "with a uniform prior"}}) +
                     fmt::format("<b>{}</b>: the share of each class that it finds.", r.name)));
    return row(charts);
  }

  std::string errors(const std::vector<SkewResult>& results, const nlohmann::json& figures) const {
    std::vector<std::vector<std::string>> rows = {{"test error", "all data", "skewed", "retrained", "recovered",
                                                   "uniform prior", "recovered", "prior by EM", "recovered"}};
    for (const SkewResult& r : results) {
      const auto& f = figures[r.id];
      const auto error = [&](const char* id) {
        return fmt::format("{:.2f} %<br><small>{:.2f} to {:.2f}</small>", 100 * f["test_error"][id].get<double>(),
                           100 * f["test_error_interval"][id][0].get<double>(),
                           100 * f["test_error_interval"][id][1].get<double>());
      };
      const auto share = [&](const char* id) {
        if (!is_telling(f[id])) return std::string("&ndash;");
        const auto rounded = [](const nlohmann::json& part) {
          return with_minus(fmt::format("{:.0f}", 100 * part.get<double>()));
        };
        return fmt::format("{} %<br><small>{} to {}</small>", rounded(f[id]["share"]), rounded(f[id]["interval"][0]),
                           rounded(f[id]["interval"][1]));
      };
      rows.push_back({r.name, error("without_skew"), error("skewed"), error("retrained"),
                      share("recovered_by_retraining"), error("known_prior"), share("recovered_by_known_prior"),
                      error("estimated_prior"), share("recovered_by_estimated_prior")});
    }
    return table(rows) +
           paragraph(
               "<span class=\"note\">All models here train alike, on images distorted anew each time, so that the few "
               "images of a rare class teach more. Recovered: the share of the errors added by the skew that "
               "retraining or another prior removes; a dash where it added none, or too few to tell. Retrained: on the "
               "same images, those of rare classes repeated until all classes are equally frequent. Another prior "
               "needs no training; the probabilities were calibrated first, by a temperature for each model, fitted on "
               "held-out images with the same skew. The uniform prior is the true one if the test images have as many "
               "of each class; EM estimates the prior from the unlabelled test images. Small figures: 95 % intervals "
               "(Wilson; resampled test images).</span>");
  }

  Study& study_;
  const Trained& t_;
  Index k_;
};

}  // namespace

Section bias(Study& study, const Trained& trained) { return Skew(study, trained).section(); }

}  // namespace tandem::examples::compare
