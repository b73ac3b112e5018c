#include <optional>

#include "nn/optim/averaging.h"
#include "nn/optim/clip.h"
#include "nn/optim/plateau.h"
#include "tests/catch.h"
#include "tests/nn/optim/reference.h"

namespace tandem::test {
namespace {

std::vector<double> numbers(const Json& list) { return list.get<std::vector<double>>(); }

/// 100 steps as the entry describes; the worst error of all that it records.
double run(const Json& entry) {
  const Problem problem;
  const auto optimizer = make_optimizer(problem.parameters, entry);
  std::optional<optim::Schedule> schedule;
  if (entry.contains("schedule")) schedule.emplace(schedule_from(*optimizer, entry["schedule"]));
  std::optional<optim::WeightAverage> average;
  if (entry.contains("average")) {
    if (entry["average"].is_string()) average.emplace(problem.parameters);
    else average.emplace(problem.parameters, entry["average"]);
  }
  const std::vector<int> skipped = entry.value("without_gradient", std::vector<int>{});

  double worst = 0;
  const auto compare = [&](const std::vector<double>& ours, const std::vector<double>& theirs) {
    worst = std::max(worst, worst_relative_error(ours, theirs));
  };
  for (int step = 1; step <= 100; ++step) {
    const std::string key = std::to_string(step);
    optimizer->zero_grad();
    problem.loss().backward();
    if (std::count(skipped.begin(), skipped.end(), step)) Tensor(problem.parameters[1]).zero_grad();
    if (entry.contains("max_norm")) {
      const double norm = optim::clip_grad_norm_(problem.parameters, entry["max_norm"]);
      if (entry["norms"].contains(key)) compare({norm}, {entry["norms"][key]});
    }
    if (entry.contains("max_value")) optim::clip_grad_value_(problem.parameters, entry["max_value"]);
    optimizer->step();
    if (average) average->update();
    if (schedule) schedule->step();
    if (entry["parameters"].contains(key)) compare(flat(problem.parameters), numbers(entry["parameters"][key]));
  }
  if (average) compare(flat(average->averages()), numbers(entry["averages"]));
  return worst;
}

}  // namespace

TEST_CASE("optimizers: 100 steps as PyTorch's", "[optim][reference]") {
  for (const Json& entry : optim_reference()["optimizers"]) {
    const double worst = run(entry);
    INFO(entry["name"] << ": worst relative error " << worst);
    CHECK(worst < 1e-9);
  }
}

TEST_CASE("schedules: 100 rates as PyTorch's", "[optim][reference]") {
  for (const Json& entry : optim_reference()["schedules"]) {
    std::vector<Tensor> parameters;
    for (int i = 0; i < 2; ++i) parameters.push_back(zeros({1}).requires_grad_());
    Json described = entry;
    described["options"] = {{"lr", 0.1}};
    described["second_group"] = {{"lr", 0.02}};
    const auto optimizer = make_optimizer(parameters, described);
    optim::Schedule schedule = schedule_from(*optimizer, entry["curve"]);
    std::vector<double> lr[2], momentum;
    for (int step = 0; step < 100; ++step) {
      for (std::size_t i = 0; i < 2; ++i) lr[i].push_back(optimizer->lr(i));
      momentum.push_back(optimizer->momentum());
      schedule.step();
    }
    INFO(entry["name"]);
    for (std::size_t i = 0; i < 2; ++i) CHECK(worst_relative_error(lr[i], numbers(entry["lr"][i])) < 1e-9);
    CHECK(worst_relative_error(momentum, numbers(entry["momentum"])) < 1e-9);
  }
}

TEST_CASE("ReduceLROnPlateau: 100 rates as PyTorch's", "[optim][reference]") {
  using Options = optim::PlateauOptions;
  for (const Json& entry : optim_reference()["plateaus"]) {
    const Json& o = entry["options"];
    Options options;
    if (o.value("mode", "min") == "max") options.mode = Options::Mode::max;
    if (o.value("threshold_mode", "rel") == "abs") options.threshold_mode = Options::Threshold::absolute;
    options.factor = o.value("factor", options.factor);
    options.patience = o.value("patience", options.patience);
    options.threshold = o.value("threshold", options.threshold);
    options.cooldown = o.value("cooldown", options.cooldown);
    options.min_lr = o.value("min_lr", options.min_lr);
    options.eps = o.value("eps", options.eps);

    optim::SGD optimizer({{{zeros({1}).requires_grad_()}, {.lr = 0.1}}, {{zeros({1}).requires_grad_()}, {.lr = 0.02}}});
    optim::ReduceLROnPlateau schedule(optimizer, options);
    std::vector<double> lr[2];
    for (const double metric : entry["metrics"]) {
      schedule.step(metric);
      for (std::size_t i = 0; i < 2; ++i) lr[i].push_back(optimizer.lr(i));
    }
    INFO(entry["name"]);
    for (std::size_t i = 0; i < 2; ++i) CHECK(worst_relative_error(lr[i], numbers(entry["lr"][i])) < 1e-9);
  }
}

}  // namespace tandem::test
