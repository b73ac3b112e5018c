#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tandem::examples {

/// "g++ 12.2.0 -O3 -march=native ...": what the library was compiled with, in which a program's time goes.
std::string compiler_and_flags();
/// Largest amount of memory that the process has held.
std::uint64_t peak_memory_bytes();
/// Lets the process take no more memory than it has and the machine has left: beyond that std::bad_alloc is thrown,
/// where Linux would promise more than there is, and end the process when it is used.
void limit_memory();
/// Wall-clock time since the process was started.
double seconds_since_start();
double seconds_since(std::chrono::steady_clock::time_point moment);

}  // namespace tandem::examples
