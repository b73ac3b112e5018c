#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tandem::examples {

/// "g++ 12.2.0 -O3 -march=native ...": what compiled the library, where a program spends its time.
std::string compiler_and_flags();
/// The most memory that the process has held so far.
std::uint64_t peak_memory_bytes();
/// Limits the process to the memory that it has plus what the machine has left. Beyond that std::bad_alloc is thrown;
/// otherwise Linux would promise more than there is, and kill the process when it uses it.
void limit_memory();
/// Wall-clock time since the process was started.
double seconds_since_start();
double seconds_since(std::chrono::steady_clock::time_point moment);

}  // namespace tandem::examples
