#include "examples/support/flags.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <limits>

#include "autograd/threads.h"
#include "nn/activation.h"

namespace tandem::examples {

CLI::Validator number_from(double low, double high) {
  const std::string range = fmt::format("{:g} to {:g}", low, high);
  return CLI::Validator(
      [low, high, range](const std::string& text) {
        double value = 0;
        const bool fits = CLI::detail::lexical_cast(text, value) && value >= low && value <= high;
        return fits ? std::string() : text + " is not a number from " + range;
      },
      "[" + range + "]");
}

CLI::Validator number_above_zero() {
  return CLI::Validator(
      [](const std::string& text) {
        double value = 0;
        const bool fits = CLI::detail::lexical_cast(text, value) && std::isfinite(value) && value > 0;
        return fits ? std::string() : text + " is not a number above 0";
      },
      "[above 0]");
}

bool parse_whole_number(std::string_view text, std::uint64_t low, std::uint64_t high, std::uint64_t& number) {
  if (text.size() > 1 && text[0] == '0') return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= low && number <= high;
}

CLI::Validator whole_number_from(std::uint64_t low, std::uint64_t high) {
  const std::string range = fmt::format("{} to {}", low, high);
  return CLI::Validator(
      [low, high, range](const std::string& text) {
        std::uint64_t number = 0;
        if (parse_whole_number(text, low, high, number)) return std::string();
        const bool zero_in_front =
            text.size() > 1 && text[0] == '0' && text.find_first_not_of("0123456789") == std::string::npos;
        return text + " is not a whole number from " + range + (zero_in_front ? ": leave out the 0 in front" : "");
      },
      high < std::uint64_t{1} << 32 ? "[" + range + "]" : fmt::format("[at least {}]", low));
}

void add_seed(CLI::App& app, std::uint64_t& seed, const std::string& help) {
  app.add_option("--seed", seed, help)->check(whole_number_from(0, std::numeric_limits<std::uint64_t>::max()));
}

void add_threads(CLI::App& app, int& threads) {
  app.add_option("--threads", threads, "number of threads (0: TANDEM_NUM_THREADS, else all)")
      ->check(whole_number_from(0, most_threads));
}

void add_data_dir(CLI::App& app, std::filesystem::path& folder) {
  app.add_option("--data-dir", folder, "folder with the datasets")->envname("TANDEM_DATA")->type_name("DIR");
}

void add_activation(CLI::App& app, std::string& activation) {
  const auto names = nn::activation_names();
  app.add_option("--activation", activation, "function after each hidden layer")
      ->check(CLI::IsMember(std::vector<std::string>(names.begin(), names.end())));
}

void add_extents(CLI::App& app, const std::string& flag, std::vector<Index>& extents, const std::string& help) {
  const auto parse = [flag, &extents](const std::vector<std::string>& texts) {
    constexpr std::uint64_t largest = std::uint64_t{1} << 20;
    extents.clear();
    for (const std::string& text : texts)
      for (const std::string& part : split_at_commas(text)) {
        std::uint64_t extent = 0;
        if (!parse_whole_number(part, 1, largest, extent))
          throw CLI::ValidationError(flag, fmt::format("\"{}\" is not a whole number from 1 to {}", part, largest));
        extents.push_back(static_cast<Index>(extent));
      }
  };
  std::string now;
  for (const Index extent : extents) now += (now.empty() ? "" : ",") + std::to_string(extent);
  app.add_option_function<std::vector<std::string>>(flag, parse, help)->type_name("N,N,...")->default_str(now);
}

bool was_given(const CLI::App& app, const std::string& flag) { return app.count(flag) > 0; }

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace tandem::examples
