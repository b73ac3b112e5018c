#pragma once

#include "tests/examples/program_runner.h"

namespace tandem::test {

// Flags of trainings that take a fraction of a second.

inline const CommandLine small_mlp = {"--data", "synthetic", "--limit", "600", "--hidden", "24", "--batch-size", "50"};
inline const CommandLine small_vae = {"--data", "synthetic",    "--limit", "300",          "--hidden",
                                      "24",     "--latent-dim", "2",       "--batch-size", "50"};
inline const CommandLine small_semi_supervised = {
    "--data", "synthetic",           "--limit", "300",          "--labels", "30",           "--hidden",
    "16",     "--classifier-hidden", "16",      "--latent-dim", "2",        "--batch-size", "60"};

/// Every part of the objective that draws numbers or holds state.
inline const CommandLine vae_of_all_kinds = {"--binarize",
                                             "dynamic",
                                             "--importance-samples",
                                             "3",
                                             "--pseudo-inputs",
                                             "20",
                                             "--autoregressive",
                                             "6,5",
                                             "--start-from-data",
                                             "--average",
                                             "0.9",
                                             "--augment",
                                             "shift=1,scale=0.1"};

/// The fingerprint of the weights that a run ended with.
inline std::string weights_of(const std::filesystem::path& run) {
  return read_json(run / "summary.json")["weights_sha256"];
}

}  // namespace tandem::test
