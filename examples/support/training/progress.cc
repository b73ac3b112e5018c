#include "examples/support/training/progress.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "examples/support/machine.h"
#include "examples/support/streams.h"

namespace tandem::examples {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);

/// The width of the terminal, which may change at any time.
Index terminal_columns() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

std::string progress_bar(double share, Index width) {
  std::string bar;
  for (Index i = 0; i < width; ++i) bar += static_cast<double>(i + 1) <= share * static_cast<double>(width) ? "█" : "░";
  return bar;
}

std::string clock_time(double duration) {
  const auto whole = static_cast<Index>(duration + 0.5);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string progress_line(const ProgressState& state, Index columns) {
  constexpr Index widest_bar = 24, narrowest_bar = 8;
  const Index examples = std::max<Index>(state.examples, 1);
  const std::string figures = fmt::format(" {:3}%  loss {:.4f}", 100 * state.done / examples, state.loss);
  const std::string speed = fmt::format("  {:.0f} examples/s", state.rate);
  const std::string left = "  " + clock_time(state.seconds_left) + " left";
  // All of it is ASCII but the bar, so that bytes are characters.
  const auto room_for_bar = [&](const std::string& end) {
    return columns - static_cast<Index>(state.label.size() + 1 + figures.size() + end.size());
  };
  const std::string end = room_for_bar(speed + left) >= narrowest_bar ? speed + left : left;
  const Index bar = std::min(room_for_bar(end), widest_bar);
  if (bar < 1) return (state.label + figures + end).substr(0, static_cast<std::size_t>(std::max<Index>(columns, 0)));
  const double share = static_cast<double>(state.done) / static_cast<double>(examples);
  return state.label + " " + progress_bar(share, bar) + figures + end;
}

Progress::Progress(bool quiet, Index log_interval, int epochs, Index examples)
    : terminal_(isatty(STDOUT_FILENO) != 0),
      quiet_(quiet),
      log_interval_(log_interval),
      epochs_(epochs),
      examples_(examples),
      start_(Clock::now()) {}

void Progress::begin_epoch(int epoch, Index batches, Index examples) {
  epoch_ = epoch;
  batches_done_ = batches;
  done_ = examples;
}

void Progress::update(Index examples, double loss) {
  done_ += examples;
  seen_ += examples;
  ++batches_done_;
  if (quiet_) return;
  if (log_interval_ > 0 && batches_done_ % log_interval_ == 0) {
    clear();
    say(fmt::format("{}  {:>6}/{}  loss {:.4f}\n", label(), done_, examples_, loss));
  }
  if (terminal_ && Clock::now() - drawn_ >= redraw_interval) draw(loss);
}

std::string Progress::label() const { return fmt::format("epoch {}/{}", epoch_, epochs_); }

void Progress::draw(double loss) {
  drawn_ = Clock::now();
  const double rate = static_cast<double>(seen_) / seconds_since(start_);
  const double left = static_cast<double>((epochs_ + 1 - epoch_) * examples_ - done_) / rate;
  const Index columns = terminal_columns() - 1;  // some terminals wrap already in the last one
  say("\r\033[K" + progress_line({label(), done_, examples_, loss, rate, left}, columns));
}

void Progress::clear() {
  if (terminal_ && !quiet_) say("\r\033[K");
}

}  // namespace tandem::examples
