#pragma once

namespace tandem::kernels {

/// Runs multiply-adds of float32 on registers alone, on num_threads() threads, for some 0.1 ms: the most
/// arithmetic that the processor can do. Returns how many operations that was, two for each multiply-add.
double multiply_add_loop();

}  // namespace tandem::kernels
