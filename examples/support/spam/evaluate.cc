#include "examples/support/spam/evaluate.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "examples/support/spam/protocols.h"
#include "examples/support/spam/statistics.h"
#include "models/interval.h"

namespace tandem::examples::spam {
namespace {

using Json = nlohmann::ordered_json;
using Report = std::function<void(const std::string&)>;

/// f(name, measured) for each classifier.
template <class F>
void for_each_classifier(const Corpus& corpus, const nn::Bags& bags, const EvaluationOptions& options, F f) {
  for (const std::string& name : classifier_names) {
    const auto classifier = make_classifier(name, options.features.count(), options.seed);
    f(name, Measured{bags, corpus.is_spam, *classifier});
  }
}

Json cross_validate(const Corpus& corpus, const nn::Bags& bags, const EvaluationOptions& options, const char* what,
                    const Report& report) {
  constexpr double rate = 0.001;
  const std::vector<int> folds = deal_groups(corpus.groups, options.folds, options.seed);
  Json result;
  for_each_classifier(corpus, bags, options, [&](const std::string& name, const Measured& m) {
    const std::vector<double> found = cross_validated_scores(m, folds);
    const Recall recall = recall_above(found, m.is_spam, threshold_for(found, m.is_spam, rate));
    const auto [low, high] = models::wilson_interval(static_cast<Index>(recall.found), static_cast<Index>(recall.spam));
    const std::size_t errors = count_errors(found, m.is_spam);
    result["recall_at_fpr_0_001"][name] = recall.rate();
    result["recall_interval"][name] = {low, high};
    result["error"][name] = static_cast<double>(errors) / static_cast<double>(found.size());
    report(fmt::format("{:<12} {:<20} recall at FPR 0.1 % {:6.2f} % ({} of {}; {:.2f} to {:.2f}), {} errors", what,
                       name, 100 * recall.rate(), recall.found, recall.spam, 100 * low, 100 * high, errors));
  });
  return result;
}

Json learning_curve(const Corpus& corpus, const nn::Bags& bags, const EvaluationOptions& options,
                    const Report& report) {
  const std::vector<int> folds = deal_groups(corpus.groups, options.folds, options.seed);
  const auto most = static_cast<std::size_t>(std::count_if(folds.begin(), folds.end(), [](int f) { return f != 0; }));
  Json curve = Json::array();
  for (const std::size_t mails : {10u, 20u, 50u, 100u, 200u, 500u, 1000u, 2000u, 5000u}) {
    if (mails > most) break;
    Json point = {{"mails", mails}};
    for_each_classifier(corpus, bags, options, [&](const std::string& name, const Measured& m) {
      point[name] = error_after(m, folds, mails, mails < 1000 ? 10 : 3, options.seed);
    });
    report("learning curve " + point.dump());
    curve.push_back(std::move(point));
  }
  return curve;
}

}  // namespace

Json evaluate(const Corpus& corpus, const EvaluationOptions& options, const Report& report) {
  const nn::Bags bags = corpus.features(options.features);
  Json result = cross_validate(corpus, bags, options, "all headers", report);

  FeatureOptions body = options.features;
  body.scope = Scope::body_only;
  result["body_only"] = cross_validate(corpus, corpus.features(body), options, "body only", report);

  const std::size_t tested = std::min<std::size_t>(500, corpus.size() / 4);  // at the end of each shuffle
  for_each_classifier(corpus, bags, options, [&](const std::string& name, const Measured& m) {
    const std::size_t errors = shuffled_errors(m, options.shuffles, tested, options.seed);
    result["crm114"][name] = errors;
    report(fmt::format("CRM114's protocol: {:<20} {} errors of {}", name, errors,
                       static_cast<std::size_t>(options.shuffles) * tested));
  });
  result["crm114_tested"] = static_cast<std::size_t>(options.shuffles) * tested;
  result["crm114_errors"] = result["crm114"]["logistic_regression"];
  if (options.learning_curve) result["learning_curve"] = learning_curve(corpus, bags, options, report);
  return result;
}

}  // namespace tandem::examples::spam
