#include <fmt/format.h>

#include "examples/support/compare/sections.h"
#include "examples/support/draw/page.h"

namespace tandem::examples::compare {
namespace {

std::string percent(const nlohmann::json& share, int digits = 1) {
  return fmt::format("<b>{:.{}f}&nbsp;%</b>", 100 * share.get<double>(), digits);
}
std::string number(const nlohmann::json& value, int digits = 1) {
  return fmt::format("<b>{:.{}f}</b>", value.get<double>(), digits);
}

/// A cell of the table: a statement, and what was measured.
std::string cell(const std::string& words, const std::string& evidence) {
  return words + "<small>" + evidence + "</small>";
}

// The rows. `f` holds the figures of all sections by their id.

std::vector<std::string> goal_row(const nlohmann::json& f) {
  const auto& generation = f["generation"];
  return {"Goal",
          cell("Tell classes apart: which one is this?",
               fmt::format("wrong on {} of the test images", percent(f["classification"]["mlp"]["test_error"], 2))),
          cell("Learn how the data arises, and make new data like it.",
               fmt::format("the judge sees the class that it was asked for in {} of {} samples",
                           percent(generation["judge_agreement"]), generation["judged_samples"].get<Index>()))};
}

std::vector<std::string> learned_row(const nlohmann::json& f, Index pixels) {
  const auto& generation = f["generation"];
  return {"What is learned",
          cell("The conditional p(y | x): the border between the classes.",
               fmt::format("log p(y | x) of the true class is &minus;{} nats on average; 0 would be certain",
                           number(f["classification"]["mlp"]["nll"], 3))),
          cell("The joint p(x, y), or p(x): the distribution of the data itself.",
               fmt::format("a test image costs {} nats (K = {}); without a model, {:.0f}", number(generation["nll"]),
                           generation["nll_samples"].get<Index>(), static_cast<double>(pixels) * 0.6931))};
}

std::vector<std::string> output_row(const nlohmann::json& f) {
  const auto &classification = f["classification"], &generation = f["generation"];
  return {"Output",
          cell("A label, or a probability for each class.",
               fmt::format("its confidence differs from its accuracy by {} on average (ECE)",
                           percent(classification["mlp"]["ece"]))),
          cell("New images; a density; and by Bayes&rsquo; rule a label too.",
               fmt::format("Fr&eacute;chet distance to real images: {} for its samples, {} for real ones, {} for "
                           "noise; as a classifier wrong on {} of the test images",
                           number(generation["frechet_distance"], 2), number(generation["frechet_floor"], 2),
                           number(generation["frechet_ceiling"], 1),
                           percent(classification["conditional_vae"]["test_error"], 2)))};
}

std::vector<std::string> focus_row(const nlohmann::json& f, const std::string& own, const std::string& other) {
  const auto& outliers = f["out_of_distribution"][own + "_to_" + other];
  return {"Focus",
          cell("The differences between classes; all else is ignored.",
               fmt::format("shown {}, it is {} sure of a class (median); of pixels that look like noise to us, it can "
                           "be {} sure",
                           other, percent(f["out_of_distribution"]["kinds"][other]["median_confidence"], 0),
                           percent(f["border"]["wanted"]["pixels"]["mlp_probability"], 0))),
          cell("The features of each class; everything counts.",
               fmt::format("tells {} from its own kind with AUROC {} by likelihood, {} by the best score", other,
                           number(outliers["likelihood_auroc"], 3), number(outliers["best_auroc"], 3)))};
}

std::vector<std::string> labels_row(const nlohmann::json& f) {
  const auto& few = f["few_labels"];
  const auto errors = [&](const char* model) {
    const auto& mean = few["error_percent"][model]["mean"];
    return fmt::format("{} % error with {} labels, {} % with {}", number(mean.front()),
                       few["labels"].front().get<Index>(), number(mean.back()), few["labels"].back().get<Index>());
  };
  return {"Labels",
          cell("Needs them: p(y | x) is about nothing else.",
               fmt::format("logistic regression: {}, after {} steps of training each", errors("logistic_regression"),
                           few["steps"].get<Index>())),
          cell("Can do without; with them, it is soon as good as its assumptions allow.",
               fmt::format("naive Bayes: {}", errors("naive_bayes")))};
}

}  // namespace

Section overview(const Study& study, const std::vector<Section>& measured) {
  nlohmann::json f;
  for (const Section& s : measured) f[s.id] = s.figures;
  Section s;
  s.id = "overview";
  s.title = "Two ways to learn";
  s.lead =
      "Read each row from left to right: what the two kinds of model set out to do, and, in small print, how far these "
      "models got.";
  s.body = table({{"", "<span class=\"d\">Discriminative</span> <small>the MLP</small>",
                   "<span class=\"g\">Generative</span> <small>the variational autoencoders</small>"},
                  goal_row(f),
                  learned_row(f, study.own.train.pixels.dim(1)),
                  output_row(f),
                  focus_row(f, study.own.name, study.other.name),
                  labels_row(f)},
                 "words");
  return s;
}

}  // namespace tandem::examples::compare
