#include "autograd/profile.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "autograd/kernels/peak.h"
#include "autograd/threads.h"

namespace tandem {

Profiler::Profiler() : outer_(std::exchange(current_, this)) {}
Profiler::~Profiler() { current_ = outer_; }

void Profiler::book(const char* name, bool backward, double bytes) {
  const auto now = Clock::now();
  Entry& entry = entries_[{name, backward}];
  ++entry.calls;
  entry.seconds += std::chrono::duration<double>(now - last_).count();
  entry.flop += std::exchange(flop_, 0);
  entry.bytes += bytes;
  last_ = now;
}

void Profiler::forward(const char* name, const Tensor& y) {
  if (scopes_ == 0) book(name, false, static_cast<double>(y.size()) * static_cast<double>(size_of(y.dtype())));
}

void ProfileScope::begin() noexcept {
  if (profiler_->scopes_++ > 0) return;
  profiler_->last_ = Profiler::Clock::now();
  profiler_->flop_ = 0;
}

void ProfileScope::end() {
  if (--profiler_->scopes_ == 0) profiler_->book(name_, backward_, 0);
}

std::vector<Profiler::Entry> Profiler::entries() const {
  std::vector<Entry> sorted;
  for (const auto& [key, entry] : entries_) {
    sorted.push_back(entry);
    std::tie(sorted.back().name, sorted.back().backward) = key;
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) { return a.seconds > b.seconds; });
  return sorted;
}

std::string Profiler::table() const {
  const double peak = peak_flops();
  const std::vector<Entry> sorted = entries();
  const auto name_of = [](const Entry& e) { return e.name + (e.backward ? " backward" : ""); };
  double total = 0;
  std::size_t width = 26;
  for (const Entry& e : sorted) {
    total += e.seconds;
    width = std::max(width, name_of(e).size());
  }
  std::string text;
  const auto name = [&](std::string first_column) {
    first_column.resize(width, ' ');
    text += first_column;
  };
  char line[160];
  const auto add = [&](const auto&... values) {
    std::snprintf(line, sizeof line, values...);
    text += line;
  };
  name("op");
  add(" %9s %9s %7s %9s %8s %9s\n", "calls", "seconds", "share", "GFLOP/s", "of peak", "MB out");
  for (const Entry& e : sorted) {
    name(name_of(e));
    add(" %9lld %9.4f %5.1f %%", static_cast<long long>(e.calls), e.seconds, total > 0 ? 100 * e.seconds / total : 0.0);
    if (e.flop > 0) add(" %9.1f %6.0f %%", e.flop / e.seconds / 1e9, 100 * e.flop / e.seconds / peak);
    else add(" %9s %8s", "", "");
    if (e.bytes > 0) add(" %9.1f", e.bytes / 1e6);
    text += "\n";
  }
  name("all");
  add(" %9s %9.4f\n", "", total);
  add("peak: %.1f GFLOP/s in a loop of multiply-adds, %d thread%s\n", peak / 1e9, num_threads(),
      num_threads() == 1 ? "" : "s");
  return text;
}

double Profiler::peak_flops() {
  double best = 0;
  for (int i = 0; i < 10; ++i) {
    const auto start = Clock::now();
    const double flop = kernels::multiply_add_loop();
    best = std::max(best, flop / std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

}  // namespace tandem
