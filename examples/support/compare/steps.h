#pragma once

#include <chrono>
#include <map>
#include <string>

namespace tandem::examples::compare {

struct Step {
  double share;             ///< of the time of a full run
  std::string within = {};  ///< the section that trains this model for itself alone, if there is one
};

/// The steps of a run by name: "train NAME" trains a model, the others are sections of the page.
const std::map<std::string, Step>& all_steps();

/// Shows the progress of the program: a line for each step that is done, and on a terminal a bar with the time left,
/// estimated from the steps' usual shares of a whole run.
class Steps {
 public:
  explicit Steps(bool quiet);

  /// @throws std::out_of_range if all_steps() has no such step
  void begin(const std::string& name);
  /// How much of the step is done, in [0, 1].
  /// @throws Interrupted if a signal came: what is finished has been saved
  void update(double share);
  /// @param result   a few words
  void end(const std::string& result);
  /// Passes over a step whose result exists already, and with a section the models that it trains.
  void skip(const std::string& name);
  /// The share of a whole run that has ended or was skipped.
  double done() const { return done_; }

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_, quiet_;
  std::string name_;
  double share_ = 0;            ///< of the step that was begun last
  double done_ = 0, kept_ = 0;  ///< shares of a whole run
  Clock::time_point start_, step_start_, drawn_;
};

}  // namespace tandem::examples::compare
