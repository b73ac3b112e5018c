#include "examples/support/compare/steps.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "examples/support/machine.h"
#include "examples/support/program.h"
#include "examples/support/streams.h"
#include "examples/support/training/progress.h"

namespace tandem::examples::compare {

const std::map<std::string, Step>& all_steps() {
  static const std::map<std::string, Step> all = {{"train mlp", {0.03}},
                                                  {"train logistic_regression", {0.001}},
                                                  {"train judge", {0.003}},
                                                  {"train vae", {0.1}},
                                                  {"train conditional_vae", {0.213}},
                                                  {"train other_mlp", {0.011}},
                                                  {"train other_vae", {0.04}},
                                                  {"train fair_mlp", {0.07, "bias"}},
                                                  {"train skewed_mlp", {0.03, "bias"}},
                                                  {"train evened_mlp", {0.07, "bias"}},
                                                  {"train fair_conditional_vae", {0.12, "bias"}},
                                                  {"train skewed_conditional_vae", {0.05, "bias"}},
                                                  {"train evened_conditional_vae", {0.11, "bias"}},
                                                  {"classification", {0.04}},
                                                  {"generation", {0.04}},
                                                  {"out_of_distribution", {0.02}},
                                                  {"few_labels", {0.02}},
                                                  {"bias", {0.02}},
                                                  {"cost", {0.008}},
                                                  {"border", {0.004}}};
  return all;
}

Steps::Steps(bool quiet) : terminal_(isatty(STDOUT_FILENO) != 0), quiet_(quiet), start_(Clock::now()) {}

void Steps::begin(const std::string& name) {
  name_ = name;
  share_ = all_steps().at(name).share;
  step_start_ = Clock::now();
  update(0);
}

void Steps::update(double share) {
  if (const int signal = pending_signal()) {
    fmt::print("{}stopped; continue with --resume\n", terminal_ ? "\r\033[K" : "");
    throw Interrupted{signal};
  }
  const auto now = Clock::now();
  if (quiet_ || !terminal_ || (share > 0 && now - drawn_ < std::chrono::milliseconds(100))) return;
  drawn_ = now;
  const double done = std::min(done_ + share * share_, 1.0);
  std::string line = fmt::format("\r\033[K{} {:3.0f}%  {}", progress_bar(done), 100 * done, name_);
  if (done - kept_ > 0.03)
    line += fmt::format("  {} left", clock_time(seconds_since(start_) / (done - kept_) * (1 - done)));
  say(line);
}

void Steps::end(const std::string& result) {
  done_ += share_;
  if (quiet_) return;
  say(fmt::format("{}{:<30} {:7.1f} s  {}\n", terminal_ ? "\r\033[K" : "", name_, seconds_since(step_start_), result));
}

void Steps::skip(const std::string& name) {
  for (const auto& [each, step] : all_steps())
    if (each == name || step.within == name) {
      done_ += step.share;
      kept_ += step.share;
    }
  if (!quiet_) fmt::print("{:<30}   kept\n", name);
}

}  // namespace tandem::examples::compare
