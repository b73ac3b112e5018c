#pragma once

#include <cstdint>
#include <filesystem>

namespace tandem::data {

/// Bytes of memory that this process can take before others must give up theirs, or it is killed: what Linux calls
/// MemAvailable, or the limit of the container if that is lower; on other systems all memory of the machine.
/// @param root  folder in which proc/meminfo and sys/fs/cgroup are looked for; tests pass another
std::uint64_t available_memory(const std::filesystem::path& root = "/");

}  // namespace tandem::data
