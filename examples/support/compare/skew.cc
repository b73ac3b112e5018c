#include "examples/support/compare/skew.h"

#include <algorithm>
#include <cmath>

#include "autograd/random.h"

namespace tandem::examples::compare {

data::Images thinned(const data::Images& images, const std::map<Index, double>& shares) {
  std::map<Index, double> seen, kept;
  std::vector<Index> indices;
  for (Index i = 0; i < images.size(); ++i) {
    const Index y = images.labels.data<std::int64_t>()[i];
    const auto share = shares.find(y);
    seen[y] += 1;
    if (share != shares.end() && kept[y] >= std::max(1.0, std::floor(seen[y] * share->second))) continue;
    kept[y] += 1;
    indices.push_back(i);
  }
  return images.subset(indices);
}

data::Images evened(const data::Images& images) {
  std::map<Index, std::vector<Index>> indices;
  for (Index i = 0; i < images.size(); ++i) indices[images.labels.data<std::int64_t>()[i]].push_back(i);
  std::size_t most = 0;
  for (const auto& [label, of_class] : indices) most = std::max(most, of_class.size());
  std::vector<Index> all;
  for (const auto& [label, of_class] : indices)
    for (std::size_t i = 0; i < most; ++i) all.push_back(of_class[i % of_class.size()]);
  return images.subset(all);
}

nlohmann::json recovered(const std::vector<int>& fair, const std::vector<int>& before, const std::vector<int>& after,
                         std::uint64_t seed) {
  const auto n = fair.size();
  Generator generator(seed);
  const auto share = [](double f, double b, double a) { return b == f ? std::nan("") : (b - a) / (b - f); };
  std::vector<double> shares;
  for (int round = 0; round < 1000; ++round) {
    double f = 0, b = 0, a = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t index = generator.below(n);
      f -= fair[index], b -= before[index], a -= after[index];
    }
    if (const double s = share(f, b, a); std::isfinite(s)) shares.push_back(s);
  }
  const auto errors = [](const std::vector<int>& hits) {
    return static_cast<double>(std::count(hits.begin(), hits.end(), 0));
  };
  if (shares.empty() || errors(before) <= errors(fair)) return {{"share", nullptr}, {"interval", nullptr}};
  std::sort(shares.begin(), shares.end());
  return {{"share", share(errors(fair), errors(before), errors(after))},
          {"interval", {shares[shares.size() / 40], shares[shares.size() - 1 - shares.size() / 40]}}};
}

bool is_telling(const nlohmann::json& recovered) {
  if (recovered["share"].is_null()) return false;
  return recovered["interval"][1].get<double>() - recovered["interval"][0].get<double>() <= 1;
}

}  // namespace tandem::examples::compare
