#pragma once

namespace tandem::benchmarks {

/// Nanoseconds that a cache line takes from one core to the other, of two threads that hand it to each other: some 30
/// where the two share a cache, 150 and more where they do not. Virtual processors are moved between cores by their
/// host, and training with two threads is slower by half while they are far apart; multiply-adds on registers show
/// nothing of it. 0 with one thread.
double exchange_nanoseconds();

/// Nanoseconds that a thread takes to write over a cache line that it wrote before, and that the other thread has read
/// since: its copy has to go first. 1 or less where nobody has read it. 0 with one thread.
double rewrite_nanoseconds();

}  // namespace tandem::benchmarks
