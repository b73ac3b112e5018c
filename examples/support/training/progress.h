#pragma once

#include <chrono>
#include <string>

#include "autograd/shape.h"

namespace tandem::examples {

/// A bar of blocks, of which a share in [0, 1] is filled.
std::string progress_bar(double share, Index width = 24);
/// Seconds as minutes and seconds, "1:05".
std::string clock_time(double duration);

/// What a bar shows.
struct ProgressState {
  std::string label;  ///< "epoch 2/10"
  Index done = 0, examples = 0;
  double loss = 0;
  double rate = 0;  ///< examples per second
  double seconds_left = 0;
};

/// A bar with its figures, of at most `columns` characters: a longer line would wrap, and a terminal cannot take back
/// the part above. The bar gives way first, then the speed, then what is at the end.
std::string progress_line(const ProgressState& state, Index columns);

/// A bar with the loss, examples per second and the time left, redrawn in place on a terminal; elsewhere none. Every
/// `log_interval` batches a line, on a terminal too; with 0 none.
class Progress {
 public:
  /// @param examples  in each of the epochs
  Progress(bool quiet, Index log_interval, int epochs, Index examples);

  /// Begins an epoch of which `batches` batches, with `examples` examples, have been done before.
  void begin_epoch(int epoch, Index batches, Index examples);
  /// `examples` more have been seen; `loss` is the mean so far in this epoch.
  void update(Index examples, double loss);
  /// Wipes the bar, so that a line can be printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  std::string label() const;
  void draw(double loss);

  bool terminal_, quiet_;
  Index log_interval_;
  int epochs_, epoch_ = 0;
  Index examples_;
  Index batches_done_ = 0, done_ = 0;  ///< of the epoch
  Index seen_ = 0;                     ///< examples, by this process
  Clock::time_point start_, drawn_;
};

}  // namespace tandem::examples
