#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tandem::benchmarks {

/// Something to time: run() does it once.
struct Contender {
  std::string name;
  std::function<void()> run;
};

/// Seconds per run, one entry for each round.
struct Timing {
  std::vector<double> seconds;
  double median() const;
  double min() const;
  double max() const;
};

/// Times all contenders in turn, round after round (A B C A B C ...), so that a change of the machine's speed affects
/// all of them alike. In a round, a contender runs as often as it takes to fill `seconds`; two runs before the first
/// round, one of them to warm up, find out how often that is.
std::vector<Timing> time_in_turn(const std::vector<Contender>& contenders, int rounds, double seconds);

}  // namespace tandem::benchmarks
