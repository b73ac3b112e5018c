#include "benchmarks/support/workloads.h"

#include <stdexcept>

namespace tandem::benchmarks {
namespace {

/// The three products of linear layers of these widths, for a batch: forward y = x w^T, gradient of the weight
/// dy^T x, gradient of the input dy w (not for the first layer).
std::vector<GemmShape> products(Index batch, const std::vector<std::pair<Index, Index>>& layers) {
  std::vector<GemmShape> result;
  bool first = true;
  for (const auto& [in, out] : layers) {
    const std::string name = std::to_string(in) + "-" + std::to_string(out);
    result.push_back({name + " forward", batch, out, in, false, true});
    result.push_back({name + " weight", out, in, batch, true, false});
    if (!first) result.push_back({name + " input", batch, in, out, false, false});
    first = false;
  }
  return result;
}

}  // namespace

std::vector<GemmShape> products_of(const std::string& workload, Index batch) {
  if (workload == "w1") return products(batch, {{784, 128}, {128, 10}});
  if (workload == "w2") return products(batch, {{784, 512}, {512, 512}, {512, 10}});
  if (workload == "w3") return products(batch, {{784, 400}, {400, 20}, {400, 20}, {20, 400}, {400, 784}});
  throw std::invalid_argument("no workload \"" + workload + "\": w1, w2 or w3");
}

}  // namespace tandem::benchmarks
