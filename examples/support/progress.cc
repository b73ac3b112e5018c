#include "examples/support/progress.h"

#include <fmt/core.h>
#include <unistd.h>

namespace tandem::examples {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr Index bar_width = 24;

double seconds(std::chrono::steady_clock::duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

Progress::Progress(bool quiet, Index log_interval, Index total, Index done)
    : terminal_(isatty(STDOUT_FILENO) != 0),
      quiet_(quiet),
      log_interval_(log_interval),
      total_(total),
      done_(done),
      begun_with_(done),
      start_(Clock::now()) {}

void Progress::begin_epoch(int epoch, int epochs, Index examples) {
  label_ = fmt::format("epoch {}/{}", epoch, epochs);
  epoch_examples_ = examples;
  epoch_done_ = batches_ = 0;
}

void Progress::update(Index examples, double loss) {
  done_ += examples;
  epoch_done_ += examples;
  ++batches_;
  if (quiet_) return;
  if (log_interval_ > 0 && batches_ % log_interval_ == 0) {
    clear();
    fmt::print("{}  {:>6}/{}  loss {:.4f}\n", label_, epoch_done_, epoch_examples_, loss);
    std::fflush(stdout);
  }
  if (terminal_ && Clock::now() - drawn_ >= redraw_interval) draw(loss);
}

void Progress::draw(double loss) {
  drawn_ = Clock::now();
  const double elapsed = seconds(drawn_ - start_);
  const double rate = static_cast<double>(done_ - begun_with_) / elapsed;
  const int left = static_cast<int>(static_cast<double>(total_ - done_) / rate + 0.5);
  const Index filled = bar_width * epoch_done_ / std::max<Index>(epoch_examples_, 1);
  std::string bar;
  for (Index i = 0; i < bar_width; ++i) bar += i < filled ? "█" : "░";
  fmt::print("\r\033[K{} {} {:3}%  loss {:.4f}  {:.0f} examples/s  {}:{:02} left", label_, bar,
             100 * epoch_done_ / std::max<Index>(epoch_examples_, 1), loss, rate, left / 60, left % 60);
  std::fflush(stdout);
}

void Progress::clear() {
  if (terminal_ && !quiet_) fmt::print("\r\033[K");
}

}  // namespace tandem::examples
