#include "examples/support/training/progress.h"

#include "tests/catch.h"

using namespace tandem;
using namespace examples;

namespace {

/// Characters, not bytes.
Index width(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

const examples::ProgressState halfway{"epoch 12/60", 30'000, 60'000, 0.1234, 123'456, 754};

}  // namespace

TEST_CASE("progress: a bar and a time", "[examples]") {
  const std::string full = "████████████████████████", empty = "░░░░░░░░░░░░░░░░░░░░░░░░";
  CHECK(progress_bar(0) == empty);
  CHECK(progress_bar(0.5) == full.substr(0, full.size() / 2) + empty.substr(0, empty.size() / 2));
  CHECK(progress_bar(1) == full);
  CHECK(clock_time(0.4) == "0:00");
  CHECK(clock_time(65.4) == "1:05");
  CHECK(clock_time(119.6) == "2:00");
}

TEST_CASE("progress: no line is wider than the terminal", "[programs]") {
  examples::ProgressState slow = halfway;
  slow.loss = 123456.789;
  slow.seconds_left = 1'000'000;
  for (const examples::ProgressState& state : {halfway, slow})
    for (Index columns = 0; columns < 200; ++columns) {
      INFO(columns);
      CHECK(width(progress_line(state, columns)) <= columns);
    }
}

TEST_CASE("progress: the bar gives way first, then the speed, then the end", "[programs]") {
  CHECK(progress_line(halfway, 200) ==
        "epoch 12/60 ████████████░░░░░░░░░░░░  50%  loss 0.1234  123456 examples/s  12:34 left");
  const std::string usual = progress_line(halfway, 79);
  CHECK(width(usual) == 79);
  CHECK_THAT(usual, ContainsSubstring("examples/s") && ContainsSubstring("12:34 left") && ContainsSubstring("█░"));
  const std::string narrow = progress_line(halfway, 60);
  CHECK_THAT(narrow, !ContainsSubstring("examples/s") && ContainsSubstring("12:34 left") && ContainsSubstring("█░"));
  CHECK(progress_line(halfway, 24) == "epoch 12/60  50%  loss 0");
}

TEST_CASE("progress: nothing is there yet", "[programs]") {
  CHECK_THAT(progress_line({.label = "epoch 1/1"}, 79), ContainsSubstring("epoch 1/1 ░") && ContainsSubstring("  0%"));
}
