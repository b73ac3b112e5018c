#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/index.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "autograd/random.h"
#include "examples/support/compare/sections.h"
#include "examples/support/draw/page.h"
#include "examples/support/draw/svg_charts.h"
#include "examples/support/labels_in_turn.h"
#include "examples/support/median.h"
#include "models/latent.h"
#include "models/likelihood.h"
#include "models/nearest_neighbours.h"
#include "models/principal_components.h"
#include "nn/io/sha256.h"

namespace tandem::examples::compare {
namespace {

/// The judge's verdict on one set of images, under its name in the table.
struct Judged {
  std::string name;
  models::Judge::Verdict verdict;
};
std::vector<std::string> table_row(const Judged& j) {
  const auto& v = j.verdict;
  return {j.name, std::isnan(v.agreement) ? "&ndash;" : fmt::format("{:.1f} %", 100 * v.agreement),
          fmt::format("{:.2f}", v.frechet_distance), fmt::format("{:.2f}", v.precision),
          fmt::format("{:.2f}", v.recall)};
}
nlohmann::json to_json(const models::Judge::Verdict& v) {
  nlohmann::json json = {{"frechet_distance", v.frechet_distance},
                         {"precision", v.precision},
                         {"recall", v.recall},
                         {"class_histogram", v.histogram}};
  if (!std::isnan(v.agreement)) json["judge_agreement"] = v.agreement;
  return json;
}

class Gallery {
 public:
  Gallery(Study& study, const Trained& trained) : study_(study), t_(trained), k_(study.own.train.classes) {}

  Section section() {
    Section s;
    s.title = "Making images";
    s.lead =
        "Ask a <b class=\"g\">generative</b> model for a class, and it makes new images of it. The <b "
        "class=\"d\">discriminative</b> model has nothing to show here.";
    s.figures = likelihood();
    s.body = samples_by_label();
    s.body += judged(s.figures);  // draws the samples that copies() and worst() look at
    s.body += copies(s.figures);
    s.body += worst(s.figures);
    s.body += latent_space();
    return s;
  }

 private:
  nlohmann::json likelihood() {
    const data::Images test = study_.own.test.first(study_.sizes.likelihood_images);
    const Tensor x = drawn(test.batch(0, test.size()).image, study_.options.seed);
    const models::Likelihood l =
        models::log_likelihood(*t_.vae, x, {.samples = study_.sizes.likelihood_draws, .seed = study_.options.seed});
    const models::Likelihood with_label = models::log_likelihood(
        *t_.conditional_vae, x, test.labels, {.samples = study_.sizes.likelihood_draws, .seed = study_.options.seed});
    study_.steps.update(0.5);
    return {{"elbo", l.elbo},
            {"nll", -l.log_likelihood},
            {"nll_standard_error", l.standard_error},
            {"nll_samples", l.samples},
            {"nll_images", test.size()},
            {"binarisation", "drawn once from the grey values"},
            {"active_units", models::active_units(*t_.vae, x)},
            {"latents", t_.vae->options().latent},
            {"conditional_nll", -with_label.log_likelihood}};
  }

  std::string samples_by_label() {
    Generator generator(study_.options.seed + 20);
    const Tensor wanted = labels_in_turn(10 * k_, k_);
    const Tensor made = t_.conditional_vae->sample(wanted, generator), free = t_.vae->sample(100, generator);
    return row({figure(study_.picture("samples_by_label", made, k_, "Samples, one column for each class"),
                       "<b>By class</b>: one class in each column. Conditional VAE, p(x | y), another z for each." +
                           study_.own.numbered_classes()),
                figure(study_.picture("samples", free, 10, "Samples of the VAE"),
                       "<b>Without a class</b>: 100 samples from the prior of the VAE, p(x), which saw no label.")});
  }

  std::string judged(nlohmann::json& figures) {
    const Split& own = study_.own;
    // Half of the test images against the other half: the least distance that can be expected of a set of this size.
    // Every other image, because the first and the second half of MNIST's test set were written by different people.
    const Index n = std::min(study_.sizes.judged, own.test.size() / 2);
    std::vector<Index> even, odd;
    for (Index i = 0; i < n; ++i) even.push_back(2 * i), odd.push_back(2 * i + 1);
    const data::Batch reference = own.test.batch(even), rest = own.test.batch(odd);
    Generator generator(study_.options.seed + 21);
    const Tensor wanted = labels_in_turn(n, k_);
    sample_labels_ = wanted;
    samples_ = t_.conditional_vae->sample(wanted, generator);
    const Tensor free = t_.vae->sample(n, generator),
                 noise = uniform(rest.image.shape(), 0, 1, DType::float32, generator);
    const auto verdict = [&](const Tensor& x, const Tensor& labels) {
      return t_.judge->verdict(x, labels, reference.image);
    };
    const std::vector<Judged> rows = {
        {"real test images <small>(as good as it gets)</small>", verdict(rest.image, rest.label)},
        {"<b class=\"g\">conditional VAE</b>", verdict(samples_, wanted)},
        {"<b class=\"g\">VAE</b>", verdict(free, {})},
        {"noise <small>(as bad as it gets)</small>", verdict(noise, {})}};
    study_.steps.update(0.7);
    figures["judge_agreement"] = rows[1].verdict.agreement;
    figures["frechet_distance"] = rows[1].verdict.frechet_distance;
    figures["frechet_floor"] = rows[0].verdict.frechet_distance;
    figures["frechet_ceiling"] = rows[3].verdict.frechet_distance;
    figures["judged_samples"] = n;
    const char* const ids[] = {"real", "conditional_vae", "vae", "noise"};
    std::vector<std::vector<std::string>> cells = {
        {"", "judge agrees", "Fr&eacute;chet distance", "precision", "recall"}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      figures["verdicts"][ids[i]] = to_json(rows[i].verdict);
      cells.push_back(table_row(rows[i]));
    }
    figures["judge_sha256"] = io::sha256_of(t_.judge->state_dict());
    const Index features = t_.judge->features(reference.image.rows(0, 1)).dim(1);
    return table(cells) + about_the_judge(figures, features) + about_precision(rows[1].verdict, rows[3].verdict);
  }

  static std::string about_the_judge(const nlohmann::json& figures, Index features) {
    return paragraph(fmt::format(
        "<span class=\"note\">The judge is a separate classifier, trained on its own and frozen (SHA-256 of its "
        "weights: {}&hellip;). It compares {} samples with as many real images in the {} features of its last hidden "
        "layer. It sees samples as pixel probabilities, which are smoother than real pixels and so add to the "
        "distance. Negative log-likelihood of the VAE on {} test images, pixels drawn once from their grey values: "
        "<b>{:.2f} &plusmn; {:.2f} nats</b> with K = {} importance samples (ELBO {}); {} of {} latents are in "
        "use.{}</span>",
        figures["judge_sha256"].get<std::string>().substr(0, 12), figures["judged_samples"].get<Index>(), features,
        figures["nll_images"].get<Index>(), figures["nll"].get<double>(), figures["nll_standard_error"].get<double>(),
        figures["nll_samples"].get<Index>(), with_minus(fmt::format("{:.2f}", figures["elbo"].get<double>())),
        figures["active_units"].get<Index>(), figures["latents"].get<Index>(),
        figures["judged_samples"].get<Index>() > features
            ? ""
            : " With no more samples than features, the distances are only a rough guide."));
  }

  /// Explains precision and recall, and why noise may have a high precision: with --quick on MNIST, two of a thousand
  /// balls, two and three times as wide as the median one, hold every image of noise.
  static std::string about_precision(const models::Judge::Verdict& samples, const models::Judge::Verdict& noise) {
    std::string text =
        "Precision is the share of samples that lie among the real images: no farther from one of them than its third "
        "nearest real neighbour. Recall is the share of real images that lie among the samples in the same sense (both "
        "after Kynk&auml;&auml;nniemi et al. 2019).";
    if (noise.precision >= samples.precision)
      text += fmt::format(
          " The precision of noise, {:.2f}, does not make it realistic: images of noise look alike to the judge and "
          "lie close together, so that a single real outlier, whose neighbours are far away, can make all of them "
          "count as near. Judge noise by its recall, {:.2f}, and its distance.",
          noise.precision, noise.recall);
    return paragraph("<span class=\"note\">" + text + "</span>");
  }

  /// The training images nearest to the samples, and for comparison how near real images come.
  std::string copies(nlohmann::json& figures) {
    const Index shown = 2 * k_, n = std::min(std::max<Index>(500, shown), samples_.dim(0));
    const Tensor& train = study_.own.train.pixels;
    const models::Neighbours of_samples = models::nearest(samples_.rows(0, n), train);
    const models::Neighbours of_test =
        models::nearest(study_.own.test.batch(0, std::min(n, study_.own.test.size())).image, train);
    study_.steps.update(0.9);
    const double sample_median = median(of_samples.distances.to_vector<double>()),
                 test_median = median(of_test.distances.to_vector<double>());
    figures["nearest_training_distance"] = {{"samples_median", sample_median}, {"test_median", test_median}};
    const auto indices = of_samples.indices.rows(0, shown).to_vector<Index>();
    const Tensor nearest = study_.own.train.batch(indices).image;
    std::vector<Tensor> rows;  // a row of samples over a row of their neighbours, twice
    for (Index r = 0; r < 2; ++r) {
      rows.push_back(samples_.rows(r * k_, (r + 1) * k_));
      rows.push_back(nearest.rows(r * k_, (r + 1) * k_));
    }
    return row(
        {figure(study_.picture("nearest", concat(rows), k_, "Samples above their nearest training images"),
                fmt::format("<b>Memorised?</b> Rows 1 and 3: samples. Rows 2 and 4: the nearest of all {} training "
                            "images. A memorised image would appear twice, one above the other.",
                            study_.own.train.size())),
         figure(histogram_chart("Distances to the nearest training image",
                                {{"gen", of_samples.distances.to_vector<double>()},
                                 {"neutral", of_test.distances.to_vector<double>()}},
                                "distance to the nearest training image"),
                legend({{"gen", "samples"}, {"neutral", "real test images"}}) +
                    fmt::format("Copies would pile up at 0. Median distances: samples {:.2f}, test images {:.2f}.",
                                sample_median, test_median))});
  }

  /// The samples to which the judge gives the lowest probability of the wanted class.
  std::string worst(nlohmann::json& figures) {
    const NoGrad no_grad;
    const Tensor p = softmax((*t_.judge)(samples_));
    std::vector<std::pair<double, Index>> order;
    for (Index i = 0; i < samples_.dim(0); ++i)
      order.emplace_back(p.data<float>()[i * k_ + sample_labels_.data<std::int64_t>()[i]], i);
    std::sort(order.begin(), order.end());
    const Index n = std::min<Index>(2 * k_, samples_.dim(0));
    Tensor indices({n}, DType::int64);
    const std::string between = study_.own.class_names.empty() ? " " : ", ";
    std::string wanted;
    for (Index i = 0; i < n; ++i) {
      const Index index = order[static_cast<std::size_t>(i)].second;
      indices.mutable_data<std::int64_t>()[i] = index;
      if (i > 0) wanted += i == k_ ? "; " : between;
      wanted += study_.own.class_name(sample_labels_.data<std::int64_t>()[index]);
    }
    figures["worst_wanted_probability"] = order[0].first;
    return row({figure(study_.picture("worst", gather_rows(samples_, indices), k_, "The worst samples"),
                       fmt::format("<b>The worst</b> of {} samples: those to which the judge gives the lowest "
                                   "probability of the wanted class. Wanted were {}.",
                                   samples_.dim(0), wanted)),
                reconstructions()});
  }

  std::string reconstructions() {
    const Tensor originals = study_.own.test.batch(0, 2 * k_).image;
    const Tensor copies = t_.vae->reconstruct(originals);
    return figure(
        study_.picture(
            "reconstructions",
            concat({originals.rows(0, k_), copies.rows(0, k_), originals.rows(k_, 2 * k_), copies.rows(k_, 2 * k_)}),
            k_, "Test images above their reconstructions"),
        fmt::format("<b>Through the bottleneck</b>: test images, and below each its reconstruction from {} numbers.",
                    t_.vae->options().latent));
  }

  std::string latent_space() {
    const NoGrad no_grad;
    constexpr Index steps = 10;
    const data::Batch some = study_.own.test.batch(0, std::min<Index>(700, study_.own.test.size()));
    const Tensor mu = t_.vae->encode(some.image).mu;
    std::vector<Tensor> strips;
    for (Index i = 0; i < 6; ++i)
      strips.push_back(sigmoid(t_.vae->decode(models::interpolate(mu[2 * i], mu[2 * i + 1], steps))));
    return row(
        {figure(study_.picture("interpolations", concat(strips), steps, "Interpolations in the latent space"),
                "<b>In between</b>: each row is a straight line through the latent space, from one test image to "
                "another, decoded at every step."),
         figure(scatter_chart("Latent means of test images by class", models::principal_components(mu, 2), some.label),
                "<b>A map</b> of the latent space: posterior means of test images, each drawn as the number of its "
                "class, in the plane of the first two principal components. The VAE saw no labels: classes separate "
                "where they look different.")});
  }

  Study& study_;
  const Trained& t_;
  Index k_;
  Tensor samples_, sample_labels_;
};

}  // namespace

Section generation(Study& study, const Trained& trained) { return Gallery(study, trained).section(); }

}  // namespace tandem::examples::compare
