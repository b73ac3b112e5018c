#include "nn/summary.h"

#include <algorithm>
#include <array>

#include "nn/text.h"

namespace tandem::nn {

std::string summary_table(const Module& model, const Call::Watcher& watcher) {
  using Row = std::array<std::string, 4>;
  std::vector<Row> rows = {{"name", "layer", "output", "parameters"}};
  for (const auto& [path, description, shape, count] : watcher.outputs())
    rows.push_back({path, description, to_string(shape), count ? grouped(count) : std::string()});
  rows.push_back({"", "", "total", grouped(model.parameter_count())});

  std::array<std::size_t, 4> width{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < 3; ++i) text += row[i] + std::string(width[i] - row[i].size() + 2, ' ');
    text += std::string(width[3] - row[3].size(), ' ') + row[3] + "\n";
  }
  return text;
}

}  // namespace tandem::nn
