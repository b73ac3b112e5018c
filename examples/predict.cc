// Classifies pictures with a model of train_mlp or train_semi_supervised.
//
//     predict --load runs/train_mlp/model.safetensors digit.png               a picture, drawn in the terminal
//     predict --load runs/train_mlp/model.safetensors --index 8               image 8 of the test set
//     predict --load runs/train_mlp/model.safetensors --format csv scans/     all pictures of a folder
//     predict --load ... --judge runs/train_vae/model.safetensors x.png       and whether it is a digit at all
//
// A picture is first brought into the form of the training images: digits, photographed or drawn, by finding their ink
// (nn/data/prepare_digit.h), others by scaling and cropping (nn/data/picture_format.h). Takes a few hundredths of a
// second.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cmath>

#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/softmax.h"
#include "examples/support/familiarity.h"
#include "examples/support/flags.h"
#include "examples/support/model_file.h"
#include "examples/support/picture_arguments.h"
#include "examples/support/predictions.h"
#include "examples/support/program.h"
#include "examples/support/streams.h"
#include "examples/support/test_set.h"
#include "nn/data/picture_format.h"
#include "nn/data/prepare_digit.h"
#include "nn/io/image.h"
#include "nn/text.h"

using namespace tandem;

namespace {

struct Options {
  std::filesystem::path model, judge;
  std::vector<std::filesystem::path> pictures;
  std::optional<Index> index;
  examples::TestSetOptions test_set;
  std::optional<std::size_t> top;
  std::string format;

  void add_to(CLI::App& app) {
    app.add_option("--load", model, "model.safetensors that train_mlp or train_semi_supervised wrote")
        ->type_name("FILE")
        ->required();
    auto* files = app.add_option("PICTURE", pictures, "pictures, or folders with pictures")
                      ->type_name("FILE|DIR")
                      ->default_str("");
    app.add_option("--index", index, "number of a test image to classify instead, counted from 0")
        ->check(examples::whole_number_from(0, Index{1} << 40))
        ->excludes(files);
    test_set.add_to(app);
    app.add_option("--format", format, "default: a drawing for a single picture, else a table")
        ->check(CLI::IsMember({"drawing", "table", "csv", "jsonl"}));
    app.add_option("--top", top, "show only the N most probable classes")->check(examples::whole_number_from(1, 1000));
    app.add_option("--judge", judge,
                   "model.safetensors that train_vae wrote: mark pictures that do not look like its images")
        ->type_name("FILE");
  }
};

class Predictor {
 public:
  explicit Predictor(const Options& options)
      : model_file_(options.model),
        vae_file_(options.judge),
        mlp_(examples::load_classifier(options.model)),
        images_(examples::ImageDescription::read(options.model, mlp_->options().inputs)) {
    if (options.judge.empty()) return;
    familiarity_.emplace(options.judge);
    if (familiarity_->images().format != images_.format || familiarity_->images().pictures != images_.pictures)
      throw io::FileError(options.judge,
                          "was trained on images of another kind than " + printable(options.model.string()));
    if (familiarity_->images().is_of_other_data(images_))
      examples::complain(fmt::format(
          "warning: {} was trained on {}, but {} on {}\n  what looks unlike the former may look like the latter",
          printable(options.judge.string()), in_quotes(familiarity_->images().data), printable(options.model.string()),
          in_quotes(images_.data)));
  }

  const examples::ImageDescription& images() const { return images_; }
  /// The columns that all predictions have.
  examples::PredictionColumns columns(bool labels) const {
    return {static_cast<std::size_t>(mlp_->options().classes), labels, familiarity_.has_value()};
  }

  /// A picture in the form of the training images.  @throws io::FileError if it cannot be read, or shows nothing
  Tensor read(const std::filesystem::path& path) const {
    if (images_.pictures) return data::bring_into(images_.format, io::read_image(path, 4));
    try {
      return data::prepare_digit(data::on_paper(io::read_image(path, 4)));
    } catch (const ValueError& e) {
      throw io::FileError(path, e.what());
    }
  }

  /// @throws io::FileError if the model takes images of another size, or gives numbers that are not finite
  examples::Prediction ask(const std::string& name, const Tensor& pixels) {
    if (pixels.size() != mlp_->options().inputs)
      throw io::FileError(model_file_, fmt::format("the model takes images of {} numbers, but {} has {}",
                                                   mlp_->options().inputs, name, pixels.size()));
    const NoGrad no_grad;
    const Tensor image = pixels.reshape({1, -1}).to(DType::float32) / 255, logits = (*mlp_)(image);
    examples::Prediction prediction{name,
                                    data::as_pictures(pixels.reshape({1, -1}), images_.format)[0],
                                    softmax(logits).to_vector<double>(),
                                    logits.to_vector<double>(),
                                    {}};
    for (const double logit : prediction.logits) require_finite(logit, model_file_, name);
    if (familiarity_) {
      prediction.log_likelihood = familiarity_->log_likelihood(image);
      require_finite(*prediction.log_likelihood, vae_file_, name);
      prediction.unfamiliar = *prediction.log_likelihood < familiarity_->threshold();
    }
    return prediction;
  }

  examples::Prediction test_image(const data::Images& test, Index i) {
    if (i >= test.size())
      throw examples::UsageError(
          fmt::format("--index {}: the test set has {} images, 0 to {}", i, test.size(), test.size() - 1));
    examples::Prediction prediction = ask(fmt::format("test image {}", i), test.pixels[i]);
    if (test.labels.defined()) prediction.label = test.labels.data<std::int64_t>()[i];
    return prediction;
  }

 private:
  static void require_finite(double value, const std::filesystem::path& file, const std::string& name) {
    if (!std::isfinite(value))
      throw io::FileError(file, "the model gives numbers that are not finite for " + printable(name),
                          "its training diverged, or the file is damaged: train it again");
  }

  std::filesystem::path model_file_, vae_file_;
  std::shared_ptr<models::Mlp> mlp_;
  examples::ImageDescription images_;
  std::optional<examples::Familiarity> familiarity_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  return examples::run_program(argc, argv, "Classifies pictures.", options, [&] {
    if (options.pictures.empty() && !options.index) throw examples::UsageError("give a picture or --index N");
    if (!options.index && !options.test_set.data.empty())
      throw examples::UsageError("--data is for images of a test set: add --index N");
    Predictor predictor(options);
    const auto [pictures, problems] = examples::find_named_pictures(options.pictures);
    for (const std::string& problem : problems) examples::complain(problem);
    const std::string by_number = pictures.size() > 1 ? "table" : "drawing";
    const auto writer = examples::make_prediction_writer(options.format.empty() ? by_number : options.format,
                                                         predictor.images().class_names, options.top.value_or(0));
    if (options.index) {
      const data::Images test = options.test_set.load(predictor.images());
      const examples::Prediction prediction = predictor.test_image(test, *options.index);
      writer->begin(predictor.columns(test.labels.defined()));
      writer->write(prediction);
      return;
    }
    writer->begin(predictor.columns(false));
    const std::size_t all = pictures.size() + problems.size();
    std::size_t unreadable = problems.size();
    for (const auto& path : pictures) {
      Tensor pixels;
      try {
        pixels = predictor.read(path);
      } catch (const io::FileError& e) {  // one of many does not stop the others
        if (all == 1) throw;
        examples::complain(e.what());
        ++unreadable;
        continue;
      }
      writer->write(predictor.ask(path.string(), pixels));
    }
    if (unreadable > 0) throw io::FileError("predict", fmt::format("{} of {} pictures were not read", unreadable, all));
  });
}
