#include <fmt/format.h>

#include <cmath>

#include "autograd/backward.h"
#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "autograd/random.h"
#include "examples/support/compare/sections.h"
#include "examples/support/draw/page.h"
#include "nn/metrics.h"
#include "nn/optim/adam.h"

namespace tandem::examples::compare {
namespace {

/// Minimises the loss over z with Adam. `watch` gets a copy of z before each step and after the last.
Tensor descend(const Tensor& start, Index steps, double lr, const std::function<Tensor(const Tensor& z)>& loss,
               const std::function<void(Index step, const Tensor& z)>& watch = {}) {
  Tensor z = start.clone().requires_grad_();
  optim::Adam optimizer({z}, {.lr = lr});
  for (Index step = 0; step < steps; ++step) {
    if (watch) watch(step, z.clone());
    z.set_grad(grad(loss(z), {z})[0]);
    optimizer.step();
  }
  if (watch) watch(steps, z.clone());
  return z.detach();
}

/// -log p(z) under N(0, I) without its constant, summed over all rows.
Tensor prior_cost(const Tensor& z) { return sum(square(z)) / 2; }

class Border {
 public:
  Border(Study& study, const Trained& trained)
      : study_(study), t_(trained), vae_(*t_.vae), mlp_(*t_.mlp), k_(study.own.train.classes) {}

  Section section() {
    Section s;
    s.title = "Across the border";
    s.lead =
        "Combine the two: gradients flow from the <b class=\"d\">classifier</b> back through the <b "
        "class=\"g\">decoder</b> into z. The classifier says what to change, the decoder keeps the result an image.";
    s.body = row({morphs(s.figures["morph"]), wanted(s.figures["wanted"])});
    study_.steps.update(0.6);
    s.body += filled_in(s.figures["filled_in"]);
    return s;
  }

 private:
  Tensor image(const Tensor& z) { return sigmoid(vae_.decode(z)); }

  double probability(models::Mlp& mlp, const Tensor& x, std::int64_t label) {
    const NoGrad no_grad;
    return softmax(mlp(x)).data<float>()[label];
  }
  Index seen_by_judge(const Tensor& x, const Tensor& labels) {
    const NoGrad no_grad;
    return nn::correct_predictions((*t_.judge)(x), labels);
  }

  /// The first test image of a class that the MLP is more than 50 % sure of, or else the last of that class.
  Tensor example_of(std::int64_t label) {
    const data::Images& test = study_.own.test;
    Tensor x;
    for (Index i = 0; i < test.size(); ++i) {
      if (test.labels.data<std::int64_t>()[i] != label) continue;
      x = test.batch(i, i + 1).image;
      if (probability(mlp_, x, label) > 0.5) break;
    }
    return x;
  }

  std::string morphs(nlohmann::json& figures) {
    constexpr Index frames = 12;
    std::vector<std::pair<std::int64_t, std::int64_t>> pairs = {{4, 9}, {3, 8}, {1, 7}, {5, 6}, {9, 4}};
    if (k_ < 10) pairs = {{0, 1}, {1, 0}};
    std::vector<Tensor> strips;
    std::string names;
    for (const auto& [from, to] : pairs) {
      const Tensor x = example_of(from);
      Tensor start;
      {
        const NoGrad no_grad;
        start = vae_.encode(x).mu;
      }
      std::vector<Tensor> path;
      const Tensor label = labels({to});
      const Tensor end = descend(
          start, study_.sizes.border_steps, 0.02,
          [&](const Tensor& z) { return cross_entropy(mlp_(image(z)), label) + sum(square(z - start)) * 0.02; },
          [&](Index, const Tensor& z) { path.push_back(z); });
      // Frames evenly spaced along the path, not in steps: the first steps cover most of it.
      std::vector<double> length = {0};
      for (std::size_t i = 1; i < path.size(); ++i)
        length.push_back(length.back() + std::sqrt(sum(square(path[i] - path[i - 1])).item()));
      const NoGrad no_grad;
      strips.push_back(x);
      for (Index f = 0; f + 1 < frames; ++f) {
        const double wanted = length.back() * static_cast<double>(f) / static_cast<double>(frames - 2);
        std::size_t i = 0;
        while (i + 1 < path.size() && length[i] < wanted) ++i;
        strips.push_back(image(path[i]));
      }
      const double p = probability(mlp_, image(end), to);
      figures.push_back({{"from", from},
                         {"to", to},
                         {"mlp_probability", p},
                         {"judge_agrees", seen_by_judge(image(end), label) == 1},
                         {"distance", std::sqrt(sum(square(end - start)).item())}});
      names += fmt::format("{}{} to {} ({:.0f} %{})", names.empty() ? "" : ", ", study_.own.class_name(from),
                           study_.own.class_name(to), 100 * p, p > 0.5 ? "" : ": <b>not reached</b>");
    }
    return figure(study_.picture("morphs", concat(strips), frames, "Morphs from one class to another"),
                  fmt::format("<b>Morphs.</b> Left: a test image. Beside it: its reconstruction. Then z moves for {} "
                              "steps towards what the MLP takes for another class, pulled back the more, the further "
                              "it is. The MLP's final probability of that class: {}.",
                              study_.sizes.border_steps, names));
  }

  /// What the MLP takes for each class: searched among all pixels, and among images that the decoder can make.
  std::string wanted(nlohmann::json& figures) {
    const Tensor labels = arange(0, static_cast<double>(k_), 1, DType::int64);
    Generator generator(study_.options.seed + 80);
    const Tensor grey = randn({k_, study_.own.train.pixels.dim(1)}, DType::float32, generator) * 0.1;
    const auto says = [&](const Tensor& x) { return cross_entropy(mlp_(x), labels, 0, Reduction::sum); };
    const Index steps = study_.sizes.border_steps;
    const Tensor by_pixels = sigmoid(descend(grey, steps, 0.05, [&](const Tensor& z) { return says(sigmoid(z)); }));
    const Tensor begin = randn({k_, vae_.options().latent}, DType::float32, generator);
    const Tensor z =
        descend(begin, steps, 0.05, [&](const Tensor& at) { return says(image(at)) * 3 + prior_cost(at) * 0.3; });
    const NoGrad no_grad;
    const Tensor first = image(begin), last = image(z);
    // The geometric mean over the classes of the probability that the MLP gives to the wanted class.
    const auto mlp_agrees = [&](const Tensor& x) { return std::exp(-cross_entropy(mlp_(x), labels).item()); };
    const double p_pixels = mlp_agrees(by_pixels), p_latent = mlp_agrees(last);
    const Index judge_pixels = seen_by_judge(by_pixels, labels), judge_latent = seen_by_judge(last, labels);
    figures = {{"pixels", {{"mlp_probability", p_pixels}, {"judge_agrees", judge_pixels}}},
               {"latents", {{"mlp_probability", p_latent}, {"judge_agrees", judge_latent}}},
               {"classes", k_}};
    return figure(
        study_.picture("wanted", concat({by_pixels, first, last}), k_, "What the MLP sees as each class"),
        fmt::format("<b>What does the MLP take for each class?</b> Top: all pixels may change; the MLP is {:.0f} % "
                    "sure of what looks like noise, and the judge agrees on {} of {}. Middle: images of random z. "
                    "Bottom: the same after the same gradients have moved z; the MLP is {:.0f} % sure, and the judge "
                    "agrees on {}.",
                    100 * p_pixels, judge_pixels, k_, 100 * p_latent, judge_latent));
  }

  /// Hides the lower half, and finds z from the upper one.
  std::string filled_in(nlohmann::json& figures) {
    const data::Images& test = study_.own.test;
    const Index n = std::min<Index>(200, test.size()), shown = std::min<Index>(12, n), d = test.pixels.dim(1);
    const data::Batch batch = test.batch(0, n);
    Tensor seen = zeros({1, d});
    std::fill_n(seen.mutable_data<float>(), d / 2, 1.f);
    const Tensor half = batch.image * seen;
    const auto fill = [&](const Tensor& start) {
      const Tensor z = descend(start, study_.sizes.border_steps, 0.05, [&](const Tensor& at) {
        return sum(bce_with_logits(vae_.decode(at), batch.image, Reduction::none) * seen) + prior_cost(at);
      });
      const NoGrad no_grad;
      return half + image(z) * (1 - seen);
    };
    std::vector<Tensor> rows = {batch.image.rows(0, shown), half.rows(0, shown)};
    Tensor first;
    Generator generator(study_.options.seed + 90);
    for (int attempt = 0; attempt < 2; ++attempt) {
      const Tensor filled = fill(randn({n, vae_.options().latent}, DType::float32, generator));
      if (attempt == 0) first = filled;
      rows.push_back(filled.rows(0, shown));
    }
    const NoGrad no_grad;
    const double whole = error_of(mlp_(batch.image), batch.label), hidden = error_of(mlp_(half), batch.label),
                 mended = error_of(mlp_(first), batch.label);
    figures = {
        {"images", n}, {"mlp_error_whole", whole}, {"mlp_error_hidden", hidden}, {"mlp_error_filled_in", mended}};
    return row({figure(
        study_.picture("filled_in", concat(rows), shown, "Half-hidden images filled in"),
        fmt::format("<b>Half an image.</b> From the top: test images; their visible halves; two completions, from "
                    "different starting points, by the z that best explains the visible half. The MLP, never trained "
                    "on half images, is wrong on {:.1f} % of them, and on {:.1f} % once they are filled in ({:.1f} % "
                    "of the whole ones; {} images).",
                    100 * hidden, 100 * mended, 100 * whole, n))});
  }

  Study& study_;
  const Trained& t_;
  models::Vae& vae_;
  models::Mlp& mlp_;
  Index k_;
};

}  // namespace

Section border(Study& study, const Trained& trained) { return Border(study, trained).section(); }

}  // namespace tandem::examples::compare
