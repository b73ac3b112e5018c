#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "autograd/shape.h"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace tandem::examples {

// Flags and checks that several programs share. CLI11's own checks let NaN pass, read 010 as 8, and replace a number
// that is too large by the largest there is.

/// A check for numbers from low to high.
CLI::Validator number_from(double low, double high);

/// A check for numbers above 0.
CLI::Validator number_above_zero();

/// A check for whole numbers from low to high, in decimal digits without a sign or a 0 in front.
CLI::Validator whole_number_from(std::uint64_t low, std::uint64_t high);
/// The same for a part of a flag's text: whether `text` is such a number, and if so which.
bool parse_whole_number(std::string_view text, std::uint64_t low, std::uint64_t high, std::uint64_t& number);

/// Adds --seed, any number of 64 bits.
void add_seed(CLI::App& app, std::uint64_t& seed, const std::string& help);

/// Adds --threads, from 0 to 1024.
void add_threads(CLI::App& app, int& threads);

/// Adds --data-dir. Without the flag, `folder` becomes $TANDEM_DATA, or stays as it is.
void add_data_dir(CLI::App& app, std::filesystem::path& folder);

/// Adds --activation, the name of one of nn::Activation.
void add_activation(CLI::App& app, std::string& activation);

/// Adds a flag for a list of positive whole numbers with commas between, such as --hidden 512,512.
void add_extents(CLI::App& app, const std::string& flag, std::vector<Index>& extents, const std::string& help);

/// Whether a flag is given on the command line or by its environment variable.
bool was_given(const CLI::App& app, const std::string& flag);
/// Sets an option to what a preset says, unless its flag is given.
template <class T>
void set_unless_given(const CLI::App& app, const std::string& flag, T& option, std::type_identity_t<T> value) {
  if (!was_given(app, flag)) option = std::move(value);
}

/// "a,,b" as "a", "" and "b"; CLI11 would drop the empty one.
std::vector<std::string> split_at_commas(std::string_view text);

}  // namespace tandem::examples
