#pragma once

#include <filesystem>

#include "nn/io/run_folder.h"

namespace tandem::examples {

/// The folder that --out names, locked: this process alone writes there.
/// @throws Error if it cannot be written, or another process has it; the hint names the flag
io::RunFolder own_folder(const std::filesystem::path& out);

}  // namespace tandem::examples
