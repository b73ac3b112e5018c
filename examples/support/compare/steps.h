#pragma once

#include <chrono>
#include <map>
#include <string>

namespace tandem::examples::compare {

/// The steps of a run, each with its share of the time of a full one: "train NAME" trains a model, the others are
/// sections of the page.
const std::map<std::string, double>& shares();

/// The parts of the program as it goes through them: a line for each that is done, and on a terminal a bar
/// with the time left, reckoned from how the time of a whole run is usually shared.
class Steps {
 public:
  explicit Steps(bool quiet);

  /// @throws std::out_of_range if shares() has no such step
  void begin(const std::string& name);
  /// How much of the step is done, in [0, 1].
  /// @throws Interrupted if a signal came: what is finished has been saved
  void update(double share);
  /// @param result   a few words
  void end(const std::string& result);
  /// A step whose result was there already.
  void skip(const std::string& name);

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_, quiet_;
  std::string name_;
  double share_ = 0;            ///< of the step that was begun last
  double done_ = 0, kept_ = 0;  ///< shares of a whole run
  Clock::time_point start_, step_start_, drawn_;
};

}  // namespace tandem::examples::compare
