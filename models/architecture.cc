#include "models/architecture.h"

#include <charconv>

#include "nn/text.h"

namespace tandem::models {
namespace {

constexpr Index largest_extent = 1 << 28;  // no model this library is for has more: a larger one means a damaged file

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

ArchitectureReader::ArchitectureReader(const Architecture& architecture, const std::string& model)
    : architecture_(architecture), model_(model) {
  const auto found = architecture.find("model");
  if (found == architecture.end() || found->second != model)
    throw_value_error("model file",
                      "holds " + (found == architecture.end() ? "no model" : "a model of kind " + found->second),
                      "one of kind " + model + " is wanted");
}

std::string ArchitectureReader::text(const std::string& key) const {
  const auto found = architecture_.find(key);
  if (found == architecture_.end())
    throw_value_error("model file", "the description of the " + model_ + " lacks \"" + key + "\"");
  return found->second;
}

std::vector<Index> ArchitectureReader::whole_numbers(const std::string& key, Index least) const {
  const std::string all = text(key);
  std::vector<Index> values;
  if (all.empty()) return values;
  for (std::size_t begin = 0; begin <= all.size();) {
    const std::size_t end = std::min(all.find(',', begin), all.size());
    Index value = 0;
    if (!parse(std::string_view(all).substr(begin, end - begin), value) || value < least || value > largest_extent)
      throw_value_error(
          "model file", "\"" + key + "\" is \"" + all + "\"",
          "whole numbers from " + std::to_string(least) + " to " + grouped(largest_extent) + ", with commas between");
    values.push_back(value);
    begin = end + 1;
  }
  return values;
}

Index ArchitectureReader::only(const std::string& key, const std::vector<Index>& values) const {
  if (values.size() != 1) throw_value_error("model file", "\"" + key + "\" is not one whole number");
  return values.front();
}

std::vector<Index> ArchitectureReader::extents(const std::string& key) const { return whole_numbers(key, 1); }
Index ArchitectureReader::extent(const std::string& key) const { return only(key, whole_numbers(key, 1)); }
Index ArchitectureReader::count(const std::string& key) const { return only(key, whole_numbers(key, 0)); }

double ArchitectureReader::number(const std::string& key) const {
  double value = 0;
  if (!parse(text(key), value)) throw_value_error("model file", "\"" + key + "\" is not a number");
  return value;
}

std::string to_text(const std::vector<Index>& extents) {
  std::string text;
  for (const Index extent : extents) text += (text.empty() ? "" : ",") + std::to_string(extent);
  return text;
}

}  // namespace tandem::models
