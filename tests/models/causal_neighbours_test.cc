#include "models/causal_neighbours.h"

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "tests/models/check_whole_loss.h"

using namespace tandem;
using namespace tandem::test;
using models::CausalNeighbours;

namespace {

const models::CausalNeighboursOptions small_grid = {
    .height = 4, .width = 5, .reach = 2, .features = 3, .hidden = {6, 4}, .activation = nn::Activation::tanh};
constexpr Index pixels_of_grid = 20;

/// Row and column distance decide who sees whom, by the definition and not by the loops of the implementation.
bool within_reach(Index from, Index to, Index reach) {
  const Index down = to / 5 - from / 5, right = to % 5 - from % 5;
  return from < to && down <= reach && right <= reach && right >= -reach;
}

Tensor term(CausalNeighbours& network, const Tensor& x, const Tensor& features) {
  return network.add_to(zeros_like(x), network.look(x), features);
}

}  // namespace

TEST_CASE("causal neighbours: a logit depends on exactly the pixels before it that are within reach", "[models]") {
  manual_seed(1);
  CausalNeighbours network(small_grid);
  network.to(DType::float64);
  const NoGrad no_grad;
  // lit everywhere, so that no neighbourhood becomes dark or lit by the change of one pixel
  const Tensor x = ones({1, pixels_of_grid}, DType::float64) * 0.5;
  const Tensor features = randn({1, pixels_of_grid * 3}, DType::float64);
  const std::vector<double> before = term(network, x, features).to_vector<double>();
  for (Index j = 0; j < pixels_of_grid; ++j) {
    Tensor changed = x.clone();
    changed.mutable_data<double>()[j] = 1;
    const std::vector<double> after = term(network, changed, features).to_vector<double>();
    for (Index i = 0; i < pixels_of_grid; ++i) {
      INFO("pixel " << j << " changed, logit " << i);
      const auto place = static_cast<std::size_t>(i);
      CHECK((after[place] != before[place]) == within_reach(j, i, 2));
    }
  }
}

TEST_CASE("causal neighbours: is 0 where all that a pixel sees is dark", "[models]") {
  manual_seed(2);
  CausalNeighbours network(small_grid);
  const NoGrad no_grad;
  for (Index lit = 0; lit < pixels_of_grid; ++lit) {
    Tensor x = zeros({2, pixels_of_grid});
    x.mutable_data<float>()[pixels_of_grid + lit] = 1;  // the first image stays dark
    const std::vector<double> g = term(network, x, randn({2, pixels_of_grid * 3})).to_vector<double>();
    for (Index i = 0; i < 2 * pixels_of_grid; ++i) {
      INFO("pixel " << lit << " lit, logit " << i);
      CHECK((g[static_cast<std::size_t>(i)] != 0) == (i >= pixels_of_grid && within_reach(lit, i - pixels_of_grid, 2)));
    }
  }
}

TEST_CASE("causal neighbours: one pixel at a time gives what all give at once", "[models]") {
  manual_seed(3);
  CausalNeighbours network(small_grid);
  network.to(DType::float64);
  const NoGrad no_grad;
  const Tensor x = bernoulli({3, pixels_of_grid}, 0.3, DType::float64);
  const Tensor features = randn({3, pixels_of_grid * 3}, DType::float64), whole = term(network, x, features);
  Tensor single = zeros_like(x);
  for (Index i = 0; i < pixels_of_grid; ++i) {
    const CausalNeighbours::View view = network.look(x, i);
    if (view.places.size() > 0) single = network.add_to(single, view, features);
  }
  check_close(single, whole, 1e-12);
}

TEST_CASE("causal neighbours: gradients of weights, logits and features", "[models]") {
  manual_seed(4);
  CausalNeighbours network(small_grid);
  const Tensor x = bernoulli({3, pixels_of_grid}, 0.4, DType::float64);
  const Tensor features = randn({3, pixels_of_grid * 3}, DType::float64);
  check_whole_loss(network, [&] { return sum(square(term(network, x, features))); });
  const models::CausalNeighbours::View view = network.look(x);
  check_gradient([&](const std::vector<Tensor>& t) { return sum(square(network.add_to(t[0], view, t[1]))); },
                 {randn({3, pixels_of_grid}, DType::float64), features});
}

TEST_CASE("causal neighbours: wrong shapes and settings are refused", "[models]") {
  models::CausalNeighboursOptions options = small_grid;
  CausalNeighbours network(options);
  CHECK_THAT(message_of<ShapeError>([&] { network.look(zeros({2, 19})); }), ContainsSubstring("x is [n, 20]"));
  options.reach = 0;
  CHECK_THROWS_AS(CausalNeighbours(options), ValueError);
  options = small_grid;
  options.hidden.clear();
  CHECK_THROWS_AS(CausalNeighbours(options), ValueError);
}
