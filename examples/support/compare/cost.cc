#include <fmt/format.h>

#include <chrono>

#include "autograd/graph.h"
#include "autograd/random.h"
#include "examples/support/compare/sections.h"
#include "examples/support/draw/page.h"
#include "examples/support/machine.h"
#include "examples/support/median.h"
#include "models/hidden_layers.h"

namespace tandem::examples::compare {
namespace {

/// Floating-point operations to pass one image through layers: a multiplication and an addition for each weight.
double flops_through(Index in, std::span<const Index> widths, Index out) {
  return 2 * models::count_weights(in, widths, out);
}

/// Seconds per image of n that run at once: the median of five runs, after one that fills the caches.
template <class F>
double seconds_each(Index n, F f) {
  const NoGrad no_grad;
  std::vector<double> seconds;
  f();
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    f();
    seconds.push_back(seconds_since(start));
  }
  return median(seconds) / static_cast<double>(n);
}

struct Line {
  std::string id, name;
  Index parameters;
  double flops_to_train;     ///< per image, forward and backward
  double seconds_per_epoch;  ///< 0 where there is none
  double flops_to_classify, seconds_to_classify, flops_to_make,
      seconds_to_make;  ///< per image; 0 where the model cannot
};

std::string count(double number) {
  if (number == 0) return "&ndash;";
  if (number >= 1e9) return fmt::format("{:.1f} G", number / 1e9);
  if (number >= 1e6) return fmt::format("{:.2f} M", number / 1e6);
  return fmt::format("{:.1f} k", number / 1e3);
}
std::string duration(double seconds) {
  if (seconds == 0) return "&ndash;";
  if (seconds < 1e-3) return fmt::format("{:.1f} &micro;s", seconds * 1e6);
  return seconds < 1 ? fmt::format("{:.2f} ms", seconds * 1e3) : fmt::format("{:.1f} s", seconds);
}

/// Operations to pass one image forward through the models.
struct Flops {
  double mlp, logistic, vae, vae_decoder;
  double encoder, decoder;  ///< of the conditional VAE
  double bayes;             ///< its classification of an image
};

Flops count_flops(const Trained& t, Index bayes_draws) {
  const models::VaeOptions& v = t.vae->options();
  const models::ConditionalVaeOptions& c = t.conditional_vae->options();
  // Each class needs an encoding and a decoding for each draw; the encoder's product with the pixels is shared by all.
  const double shared = flops_through(c.inputs, {}, c.encoder.front()),
               encoder = flops_through(c.inputs + c.classes, c.encoder, 2 * c.latent),
               decoder = flops_through(c.latent + c.classes, c.decoder, c.inputs),
               each = flops_through(c.inputs, c.encoder, 2 * c.latent) - shared +
                      static_cast<double>(bayes_draws) * decoder;
  return {.mlp = 2 * t.mlp->options().weight_count(),
          .logistic = 2 * t.logistic->options().weight_count(),
          .vae = 2 * v.weight_count(),
          .vae_decoder = flops_through(v.latent, v.decoder, v.inputs),
          .encoder = encoder,
          .decoder = decoder,
          .bayes = shared + static_cast<double>(c.classes) * each};
}

std::vector<Line> measure_models(const Study& study, const Trained& t, const Flops& f, Index n) {
  const Index draws = study.sizes.bayes_draws;
  const auto classes = study.own.train.classes, pixels = study.own.train.pixels.dim(1);
  const Tensor x = study.own.test.batch(0, n).image;
  const Tensor labels = study.own.test.labels.rows(0, n);
  Generator generator(study.options.seed);
  models::ConditionalVae& conditional = *t.conditional_vae;
  const auto& epoch = t.seconds_per_epoch;
  return {
      {"mlp", "<b class=\"d\">MLP</b>", t.mlp->parameter_count(), 3 * f.mlp, epoch.at("mlp"), f.mlp,
       seconds_each(n, [&] { (*t.mlp)(x); }), 0, 0},
      {"logistic_regression", "<span class=\"d\">Logistic regression</span>", t.logistic->parameter_count(),
       3 * f.logistic, epoch.at("logistic_regression"), f.logistic, seconds_each(n, [&] { (*t.logistic)(x); }), 0, 0},
      {"vae", "<b class=\"g\">VAE</b>", t.vae->parameter_count(), 3 * f.vae, epoch.at("vae"), 0, 0, f.vae_decoder,
       seconds_each(n, [&] { t.vae->sample(n, generator); })},
      {"conditional_vae", "<b class=\"g\">Conditional VAE</b>", conditional.parameter_count(),
       3 * (f.encoder + f.decoder), epoch.at("conditional_vae"), f.bayes,
       seconds_each(n, [&] { conditional.classify(x, draws, generator); }), f.decoder,
       seconds_each(n, [&] { conditional.sample(labels, generator); })},
      {"naive_bayes", "<span class=\"g\">Naive Bayes</span>", classes * (pixels + 1), static_cast<double>(pixels), 0,
       flops_through(pixels, {}, classes), seconds_each(n, [&] { t.naive_bayes->log_joint(x); }), 0, 0}};
}

}  // namespace

Section cost(Study& study, const Trained& t) {
  const Index n = std::min<Index>(500, study.own.test.size());
  const Flops flops = count_flops(t, study.sizes.bayes_draws);
  const std::vector<Line> lines = measure_models(study, t, flops, n);

  Section s;
  s.title = "What it costs";
  std::vector<std::vector<std::string>> rows = {{"", "parameters", "training, FLOPs per image", "training, per epoch",
                                                 "classifying, FLOPs", "classifying, time", "making, FLOPs",
                                                 "making, time"}};
  for (const Line& l : lines) {
    s.figures[l.id] = {{"parameters", l.parameters},
                       {"flops_to_train", l.flops_to_train},
                       {"flops_to_classify", l.flops_to_classify},
                       {"flops_to_make", l.flops_to_make},
                       {"seconds_per_epoch", l.seconds_per_epoch},
                       {"seconds_to_classify", l.seconds_to_classify},
                       {"seconds_to_make", l.seconds_to_make}};
    rows.push_back({l.name, count(static_cast<double>(l.parameters)), count(l.flops_to_train),
                    duration(l.seconds_per_epoch), count(l.flops_to_classify), duration(l.seconds_to_classify),
                    count(l.flops_to_make), duration(l.seconds_to_make)});
  }
  s.figures["seconds_and_memory"] = {{"peak_memory_bytes", peak_memory_bytes()}};
  s.lead = fmt::format(
      "To classify an image, the <b class=\"d\">MLP</b> needs one pass; the <b class=\"g\">generative</b> model tries "
      "to explain it as every class in turn, and needs {:.0f} times the arithmetic. The MLP cannot make an image at "
      "all.",
      flops.bayes / flops.mlp);
  s.body = table(rows) +
           paragraph(fmt::format(
               "<span class=\"note\">Operations are those of matrix products, a multiplication and an addition for "
               "each weight, and three times as many in training; naive Bayes only counts pixels. Times are per image, "
               "measured on {} at once, on a machine that may have done other work too. All figures but times and "
               "memory repeat bit for bit. Peak memory of the program: {:.0f} MB.</span>",
               n, static_cast<double>(peak_memory_bytes()) / 1e6));
  return s;
}

}  // namespace tandem::examples::compare
