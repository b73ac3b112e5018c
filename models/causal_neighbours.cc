#include "models/causal_neighbours.h"

#include <algorithm>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/map.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/shape.h"
#include "models/hidden_layers.h"

namespace tandem::models {
namespace {

using Options = CausalNeighboursOptions;

/// How many places go through the network at a time if no graph is recorded, to save memory.
constexpr Index at_once = 4096;

/// Calls f(position among the neighbours, first pixel, count) for each row of the image that `place` looks at, cut off
/// at the border.
template <class F>
void for_neighbours(const Options& o, Index place, F f) {
  const Index pixels = o.height * o.width, pixel = place % pixels, image = place - pixel;
  const Index row = pixel / o.width, column = pixel % o.width, left = column - o.reach;
  const Index first = std::max<Index>(0, left);
  for (Index up = std::min(o.reach, row); up >= 0; --up) {
    const Index end = up == 0 ? column : std::min(o.width, column + o.reach + 1);
    f((o.reach - up) * (2 * o.reach + 1) + first - left, image + (row - up) * o.width + first, end - first);
  }
}

/// -1 for the first of `extent` places, 1 for the last.
double coordinate(Index i, Index extent) {
  return extent > 1 ? 2 * static_cast<double>(i) / static_cast<double>(extent - 1) - 1 : 0;
}

/// Neighbours, row and column of each place.  x [n, pixels] -> [places, neighbours + 2]
Tensor neighbourhoods(const Tensor& x, const Options& o, const std::vector<Index>& places) {
  const Index m = static_cast<Index>(places.size()), count = o.neighbours();
  Tensor y = zeros({m, count + 2}, x.dtype());
  dispatch(x.dtype(), [&]<class T>(T) {
    parallel_for(m, 256, [&, from = x.data<T>(), to = y.mutable_data<T>()](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const Index place = places[static_cast<std::size_t>(i)], pixel = place % (o.height * o.width);
        T* const row = to + i * (count + 2);
        for_neighbours(o, place, [from, row](Index position, Index first, Index length) {
          std::copy_n(from + first, length, row + position);
        });
        row[count] = static_cast<T>(coordinate(pixel / o.width, o.height));
        row[count + 1] = static_cast<T>(coordinate(pixel % o.width, o.width));
      }
    });
  });
  return y;
}

/// Whether a place has a neighbour that is not 0.
template <class T>
bool is_lit(const T* x, const Options& o, Index place) {
  bool lit = false;
  for_neighbours(o, place, [&](Index, Index first, Index length) {
    lit = lit || std::any_of(x + first, x + first + length, [](T value) { return value != T(0); });
  });
  return lit;
}

/// All such places, in order. Lit pixels mark the places that look at them, since fewer pixels are lit than not.
template <class T>
std::vector<Index> lit_places(const T* x, Index n, const Options& o) {
  std::vector<char> lit(static_cast<std::size_t>(n * o.height * o.width), 0);
  for (Index i = 0; i < n * o.height * o.width; ++i) {
    if (x[i] == T(0)) continue;
    const Index row = i / o.width % o.height, column = i % o.width;
    const auto mark = [&](Index down, Index from, Index to) {
      const auto start = lit.begin() + (i - column + down * o.width);
      std::fill(start + from, start + std::min(to, o.width - 1) + 1, char(1));
    };
    mark(0, column + 1, column + o.reach);  // none in the last column
    for (Index down = 1; down <= std::min(o.reach, o.height - 1 - row); ++down)
      mark(down, std::max<Index>(0, column - o.reach), column + o.reach);
  }
  std::vector<Index> places;
  for (Index i = 0; i < n * o.height * o.width; ++i)
    if (lit[static_cast<std::size_t>(i)]) places.push_back(i);
  return places;
}

}  // namespace

Index CausalNeighboursOptions::neighbours() const {
  if (reach < 1 || reach > 64)
    throw_value_error("CausalNeighbours", "reach = " + std::to_string(reach), "it is 1 to 64");
  return 2 * reach * (reach + 1);
}

CausalNeighbours::CausalNeighbours(const Options& options) : options_(options) { build(); }

CausalNeighbours::CausalNeighbours(nn::Module& parent, std::string name, const Options& options)
    : Module(parent, std::move(name)), options_(options) {
  build();
}

void CausalNeighbours::build() {
  if (options_.height < 1 || options_.width < 1 || options_.hidden.empty())
    throw_value_error("CausalNeighbours",
                      std::to_string(options_.height) + " x " + std::to_string(options_.width) + " pixels, " +
                          std::to_string(options_.hidden.size()) + " hidden layers",
                      "each is at least 1");
  const Index width = options_.hidden.front();
  seen_ = std::make_unique<nn::Linear>(*this, "seen", options_.neighbours() + 2, width);
  told_ = std::make_unique<nn::Linear>(*this, "told", options_.features, width, /*with_bias=*/false);
  rest_.add<nn::ActivationLayer>(options_.activation);
  const Index out = add_hidden_layers(rest_, width, std::span(options_.hidden).subspan(1), options_.activation);
  rest_.add<nn::Linear>(out, 1);
}

void CausalNeighbours::require_images(const Tensor& x) const {
  require_floating("CausalNeighbours", {{"x", x}});
  require(x.rank() == 2 && x.dim(1) == options_.height * options_.width, "CausalNeighbours",
          "x is [n, " + std::to_string(options_.height * options_.width) + "]", {{"x", x}});
}

CausalNeighbours::View CausalNeighbours::view_of(const Tensor& x, const std::vector<Index>& places) {
  const std::vector<std::int64_t> numbers(places.begin(), places.end());
  return {tensor(numbers, {static_cast<Index>(numbers.size())}), (*seen_)(neighbourhoods(x, options_, places))};
}

CausalNeighbours::View CausalNeighbours::look(const Tensor& x) {
  require_images(x);
  return view_of(x, dispatch(x.dtype(), [&]<class T>(T) { return lit_places(x.data<T>(), x.dim(0), options_); }));
}

CausalNeighbours::View CausalNeighbours::look(const Tensor& x, Index pixel) {
  require_images(x);
  std::vector<Index> places;
  dispatch(x.dtype(), [&]<class T>(T) {
    for (Index place = pixel; place < x.size(); place += x.dim(1))
      if (is_lit(x.data<T>(), options_, place)) places.push_back(place);
  });
  return view_of(x, places);
}

Tensor CausalNeighbours::at_places(const View& view, const Tensor& features) {
  const nn::Call call(*this);
  const Tensor told = reshape(features, {-1, options_.features});
  const auto at = [&](const Tensor& places, const Tensor& seen) {
    return reshape(rest_(seen + (*told_)(gather_rows(told, places))), {-1});
  };
  const Index m = view.places.size();
  if (grad_enabled() || m <= at_once) return call.result(at(view.places, view.seen));
  std::vector<Tensor> parts;
  for (Index begin = 0; begin < m; begin += at_once) {
    const Index end = std::min(begin + at_once, m);
    parts.push_back(at(view.places.rows(begin, end), view.seen.rows(begin, end)));
  }
  return call.result(concat(parts));
}

Tensor CausalNeighbours::add_to(const Tensor& logits, const View& view, const Tensor& features) {
  require_images(logits);
  return reshape(index_add(reshape(logits, {-1}), view.places, at_places(view, features)), logits.shape());
}

std::string CausalNeighbours::describe() const {
  return "CausalNeighbours(reach " + std::to_string(options_.reach) + ")";
}

}  // namespace tandem::models
