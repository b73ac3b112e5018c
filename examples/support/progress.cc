#include "examples/support/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

namespace tandem::examples {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);

double seconds(std::chrono::steady_clock::duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

std::string progress_bar(double share) {
  constexpr int width = 24;
  std::string bar;
  for (int i = 0; i < width; ++i) bar += i + 1 <= share * width ? "█" : "░";
  return bar;
}

std::string clock_time(double duration) {
  const int whole = static_cast<int>(duration + 0.5);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

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
  const Index all = std::max<Index>(epoch_examples_, 1);
  fmt::print("\r\033[K{} {} {:3}%  loss {:.4f}  {:.0f} examples/s  {} left", label_,
             progress_bar(static_cast<double>(epoch_done_) / static_cast<double>(all)), 100 * epoch_done_ / all, loss,
             rate, clock_time(static_cast<double>(total_ - done_) / rate));
  std::fflush(stdout);
}

void Progress::clear() {
  if (terminal_ && !quiet_) fmt::print("\r\033[K");
}

}  // namespace tandem::examples
