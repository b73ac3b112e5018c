// Every reader bears damaged files: the part of fuzzing that every run of the tests does. scripts/fuzz does
// more.

#include "tests/fuzz/damage.h"

using namespace tandem;

TEST_CASE("fuzz: gzip", "[fuzz]") { fuzz::bear_damage("gzip", fuzz::read_gzip); }
TEST_CASE("fuzz: idx", "[fuzz]") { fuzz::bear_damage("idx", fuzz::read_idx); }
TEST_CASE("fuzz: image", "[fuzz]") { fuzz::bear_damage("image", fuzz::read_image); }
TEST_CASE("fuzz: model_file", "[fuzz]") { fuzz::bear_damage("model_file", fuzz::read_model_file); }
TEST_CASE("fuzz: npy", "[fuzz]") { fuzz::bear_damage("npy", fuzz::read_npy); }
TEST_CASE("fuzz: run_folder", "[fuzz]") { fuzz::bear_damage("run_folder", fuzz::read_run_folder); }
TEST_CASE("fuzz: safetensors", "[fuzz]") { fuzz::bear_damage("safetensors", fuzz::read_safetensors); }
