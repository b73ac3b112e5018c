#pragma once

#include "nn/data/source.h"

namespace tandem::examples {

/// Names the pictures that could not be read, on standard error.
void report_skipped(const data::Source& source);

}  // namespace tandem::examples
