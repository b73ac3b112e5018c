// The examples that docs/extending.md makes up work.

#include "autograd/elementwise.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "nn/data/loader.h"
#include "nn/linear.h"
#include "nn/metrics.h"
#include "nn/optim/optimizer.h"
#include "tests/catch.h"
#include "tests/check_gradient.h"

using namespace tandem;

namespace {

/// Huber's loss: r^2 / 2 for small residuals r = x - target, |r| for large ones; mean over all elements.
Tensor huber(const Tensor& x, const Tensor& target, double delta = 1) {
  require(x.shape() == target.shape(), "huber", "the shapes are equal", {{"x", x}, {"target", target}});
  return mean(elementwise("huber", x - target, [delta](auto r) {
    return where(abs(r) < delta, 0.5 * r * r, delta * (abs(r) - 0.5 * delta));
  }));
}

/// Black images of 8 x 8 with one white pixel; the label says in which half.
data::Images dots(Index n, Generator& generator) {
  data::Images images{.pixels = zeros({n, 64}, DType::uint8),
                      .labels = zeros({n}, DType::int64),
                      .height = 8,
                      .width = 8,
                      .channels = 1,
                      .classes = 2};
  for (Index i = 0; i < n; ++i) {
    const auto pixel = static_cast<Index>(generator.below(64));
    images.pixels.mutable_data<std::uint8_t>()[i * 64 + pixel] = 255;
    images.labels.mutable_data<std::int64_t>()[i] = pixel / 32;
  }
  return images;
}

struct SignDescentOptions {
  double lr = 1e-3, momentum = 0.9;
  void check(const char* optimizer) const { optim::require_lr(optimizer, lr); }
  optim::Settings settings() { return {{"lr", &lr}, {"momentum", &momentum}}; }
};

/// Each weight moves by lr against the sign of its momentum:  m = mu m + g,  w = w - lr sign(m),  sign(0) = 0.
class SignDescent : public optim::OptimizerWith<SignDescentOptions> {
 public:
  explicit SignDescent(std::vector<Tensor> parameters, SignDescentOptions options = {})
      : OptimizerWith("SignDescent", {{std::move(parameters), options}}, {"momentum"}) {}

 protected:
  void update(std::size_t index, optim::FlatGroup& group) override {
    dispatch(group.dtype(), [&]<class T>(T) {
      using V = Simd<T>;
      const V lr = options(index).lr, mu = options(index).momentum;
      const auto step = [=](V& w, V g, V& m) {
        m = mu * m + g;
        w = w - lr * where(V(0) < m, V(1), where(m < V(0), V(-1), V(0)));
      };
      group.update<T>([=](std::int64_t) { return step; }, /*moment=*/0);
    });
  }
};

TEST_CASE("extending: a loss of one's own", "[docs]") {
  test::check_gradient([](auto& t) { return huber(t[0], t[1]); },
                       {tensor({{0.2, -3, 0.7}, {5, 0.1, -0.9}}), zeros({2, 3})});
  CHECK(huber(tensor({0.5, 3}), zeros({2})).item() == Approx((0.125 + 2.5) / 2));
}

TEST_CASE("extending: a dataset and an optimiser of one's own", "[docs]") {
  Generator generator(1);
  manual_seed(1);
  const data::Images images = dots(512, generator);
  nn::Linear model(64, 2);
  SignDescent optimizer(model.parameters(), {.lr = 0.01});
  for (int epoch = 1; epoch <= 10; ++epoch) {
    for (const auto& [image, label] : data::Loader(images, {.batch_size = 32})) {
      const Tensor logits = model(image);
      const Tensor loss = cross_entropy(logits, label);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
    }
  }
  const data::Batch all = images.batch(0, 512);
  CHECK(nn::correct_predictions(model(all.image), all.label) == 512);
  CHECK(optimizer.state_dict().size() > 2);

  Tensor w = zeros({3}).requires_grad_();
  SignDescent one_step({w}, {.lr = 0.25});
  sum(w * tensor({1, 0, -1})).backward();
  one_step.step();
  CHECK(w.to_vector<double>() == std::vector<double>{-0.25, 0, 0.25});
}

}  // namespace
