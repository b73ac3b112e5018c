// Says what pictures show, with the model of train_mlp or of train_semi_supervised.
//
//     predict --load runs/train_mlp/model.safetensors digit.png               a picture, drawn in the terminal
//     predict --load runs/train_mlp/model.safetensors --index 8               image 8 of the test set
//     predict --load runs/train_mlp/model.safetensors --format csv scans/     all pictures of a folder
//     predict --load ... --judge runs/train_vae/model.safetensors x.png       and whether it is a digit at all
//
// A picture is brought into the form of the training images first: of a digit, photographed or drawn, the ink is
// found (nn/data/prepare_digit.h); others are scaled and cropped (nn/data/picture_format.h). Takes a few
// hundredths of a second.

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/softmax.h"
#include "examples/support/familiarity.h"
#include "examples/support/flags.h"
#include "examples/support/model_file.h"
#include "examples/support/predictions.h"
#include "examples/support/program.h"
#include "examples/support/streams.h"
#include "examples/support/test_set.h"
#include "nn/data/picture_files.h"
#include "nn/data/picture_format.h"
#include "nn/data/prepare_digit.h"
#include "nn/io/image.h"

using namespace tandem;

namespace {

struct Options {
  std::filesystem::path model, judge;
  std::vector<std::filesystem::path> pictures;
  std::optional<Index> index;
  examples::TestSetOptions test_set;
  std::size_t top = 0;
  std::string format;

  void add_to(CLI::App& app) {
    app.add_option("--load", model, "model.safetensors that train_mlp or train_semi_supervised wrote")
        ->type_name("FILE")
        ->required();
    auto* files = app.add_option("PICTURE", pictures, "pictures, or folders with pictures")->type_name("FILE|DIR");
    app.add_option("--index", index, "an image of the test set instead, counted from 0")
        ->check(examples::whole_number_from(0, Index{1} << 40))
        ->excludes(files);
    test_set.add_to(app);
    app.add_option("--format", format, "default: a drawing for a single picture, else a table")
        ->check(CLI::IsMember({"drawing", "table", "csv", "jsonl"}));
    app.add_option("--top", top, "show only the N most probable classes")->check(examples::whole_number_from(1, 1000));
    app.add_option("--judge", judge, "model.safetensors that train_vae wrote: say what does not look like its images")
        ->type_name("FILE");
  }
};

class Predictor {
 public:
  explicit Predictor(const Options& options)
      : model_file_(options.model),
        mlp_(examples::load_classifier(options.model)),
        images_(examples::ImageDescription::read(options.model, mlp_->options().inputs)) {
    if (options.judge.empty()) return;
    judge_.emplace(options.judge);
    if (judge_->images().format != images_.format || judge_->images().pictures != images_.pictures)
      throw io::FileError(options.judge, "was trained on images of another kind than " + options.model.string());
  }

  const examples::ImageDescription& images() const { return images_; }

  examples::Prediction picture(const std::filesystem::path& path) {
    if (images_.pictures) return ask(path.string(), data::bring_into(images_.format, io::read_image(path, 4)));
    try {
      return ask(path.string(), data::prepare_digit(data::on_paper(io::read_image(path, 4))));
    } catch (const ValueError& e) {
      throw io::FileError(path, e.what());
    }
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
    if (judge_) {
      prediction.log_likelihood = judge_->log_likelihood(image);
      prediction.unfamiliar = *prediction.log_likelihood < judge_->threshold();
    }
    return prediction;
  }

  std::filesystem::path model_file_;
  std::shared_ptr<models::Mlp> mlp_;
  examples::ImageDescription images_;
  std::optional<examples::Familiarity> judge_;
};

/// The pictures, in place of a folder those in it; `unreadable` gets a message for each folder that gives none.
std::vector<std::filesystem::path> find_all(const std::vector<std::filesystem::path>& given,
                                            std::vector<std::string>& unreadable) {
  std::vector<std::filesystem::path> found;
  std::error_code error;  // what cannot be looked at is no folder, and says why when it is read
  for (const auto& path : given) {
    if (!std::filesystem::is_directory(path, error)) {
      found.push_back(path);
      continue;
    }
    try {
      const auto files = data::find_pictures(path, SIZE_MAX, &unreadable);
      if (files.empty()) throw io::FileError(path, "no picture in this folder");
      for (const auto& file : files) found.push_back(file.path);
    } catch (const io::FileError& e) {
      if (given.size() == 1) throw;
      unreadable.push_back(e.what());
    }
  }
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  return examples::run_program(argc, argv, "Says what pictures show.", options, [&] {
    if (options.pictures.empty() && !options.index) throw examples::UsageError("give a picture or --index N");
    if (!options.index && !options.test_set.data.empty())
      throw examples::UsageError("--data is for images of a test set: add --index N");
    Predictor predictor(options);
    std::vector<std::string> problems;  // one of many does not keep the others from being looked at
    const auto pictures = find_all(options.pictures, problems);
    for (const std::string& problem : problems) examples::complain(problem);
    const std::string by_number = pictures.size() > 1 ? "table" : "drawing";
    const auto writer = examples::make_prediction_writer(options.format.empty() ? by_number : options.format,
                                                         predictor.images().class_names, options.top);
    if (options.index) writer->write(predictor.test_image(options.test_set.load(predictor.images()), *options.index));

    const std::size_t all = pictures.size() + problems.size();
    std::size_t unreadable = problems.size();
    for (const auto& path : pictures) {
      try {
        writer->write(predictor.picture(path));
      } catch (const io::FileError& e) {
        if (all == 1) throw;
        examples::complain(e.what());
        ++unreadable;
      }
    }
    if (unreadable > 0) throw io::FileError("predict", fmt::format("{} of {} pictures were not read", unreadable, all));
  });
}
