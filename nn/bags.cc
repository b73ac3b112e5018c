#include "nn/bags.h"

#include <algorithm>

namespace tandem::nn {
namespace {

Bags with_room(Index n, Index entries) {
  Bags bags{Tensor({entries}, DType::int64), Tensor({n + 1}, DType::int64), Tensor({entries}, DType::float32)};
  bags.offsets.mutable_data<std::int64_t>()[0] = 0;
  return bags;
}

}  // namespace

Bags Bags::subset(std::span<const Index> places) const {
  const std::int64_t* offset = offsets.data<std::int64_t>();
  Index entries = 0;
  for (const Index place : places) {
    if (place < 0 || place >= size())
      throw_value_error("Bags::subset",
                        "place " + std::to_string(place) + " lies outside [0, " + std::to_string(size()) + ")");
    entries += offset[place + 1] - offset[place];
  }
  Bags chosen = with_room(static_cast<Index>(places.size()), entries);
  std::int64_t *index = chosen.indices.mutable_data<std::int64_t>(), *end = chosen.offsets.mutable_data<std::int64_t>();
  float* weight = chosen.weights.mutable_data<float>();
  for (const Index place : places) {
    const Index begin = offset[place], count = offset[place + 1] - begin;
    std::copy_n(indices.data<std::int64_t>() + begin, count, index + *end);
    std::copy_n(weights.data<float>() + begin, count, weight + *end);
    end[1] = end[0] + count;
    ++end;
  }
  return chosen;
}

Bags make_bags(std::span<const Bag> rows) {
  Index entries = 0;
  for (const Bag& row : rows) entries += static_cast<Index>(row.size());
  Bags bags = with_room(static_cast<Index>(rows.size()), entries);
  std::int64_t *index = bags.indices.mutable_data<std::int64_t>(), *end = bags.offsets.mutable_data<std::int64_t>();
  float* weight = bags.weights.mutable_data<float>();
  for (const Bag& row : rows) {
    for (const auto& [column, value] : row) {
      *index++ = column;
      *weight++ = value;
    }
    end[1] = end[0] + static_cast<Index>(row.size());
    ++end;
  }
  return bags;
}

}  // namespace tandem::nn
