#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "examples/support/compare/options.h"
#include "examples/support/compare/steps.h"
#include "nn/data/augment.h"
#include "nn/data/dataset.h"
#include "nn/io/run_folder.h"
#include "nn/module.h"

namespace tandem::examples::compare {

/// Images for training, for choosing (temperatures, scores; never trained on), and for the figures.
struct Split {
  std::string name;
  data::Images train, held_out, test;
  std::vector<std::string> class_names = {};  ///< by label; empty if classes have no names

  /// As HTML: the name of a class, or else its number.
  std::string class_name(Index label) const;
  /// As HTML, for the end of a caption: the name behind each number. Empty if classes have no names.
  std::string numbered_classes() const;
};

/// A finished section of the page, which a resumed run keeps.
struct Section {
  std::string id, title, lead, body;  ///< the last two in HTML
  nlohmann::json figures;
};

/// How a model is trained; the learning rate follows optim::HoldLinearLR.
struct Training {
  int epochs = 1;
  data::AugmentOptions distortion = {};  ///< of the images, anew each time that they are seen
  double lr = 1e-3;
  Index batch_size = 128;
};

/// What all parts of the comparison share: settings, images, the folder, progress, and what was finished before.
class Study {
 public:
  /// Loads the images, starts or resumes the folder.
  /// @throws UsageError if the run to resume was begun with other settings, or the images do not suit a comparison
  /// @throws io::FileError if the folder holds no run to resume
  /// @throws Error if the folder cannot be written, or another process is writing to it
  explicit Study(const Options& options);

  const Options options;
  const Sizes sizes;
  Split own;
  Split other;  ///< another set: Fashion-MNIST for MNIST and the reverse, else `own` inverted
  Steps steps;

  /// Trains a model with Adam, or loads what a resumed run finds. Models that are given the same set see the same
  /// images in the same order, and all draw their noise from the same seed.
  /// @param loss     of a batch, nats per image
  /// @return         seconds per epoch
  /// @throws NotFiniteError if the loss is not a number
  double train(const std::string& name, nn::Module& model, const data::Images& images, const Training& training,
               const std::function<Tensor(const data::Batch&)>& loss);

  /// Computes a section and saves it, or loads what a resumed run finds.
  Section section(const std::string& id, const std::function<Section()>& compute);

  /// Writes pictures/NAME.png, and gives the picture as HTML for the page.
  /// @param pictures  [n, d], each an image as those of `own`; a grid of them is drawn
  std::string picture(const std::string& name, const Tensor& pictures, Index columns,
                      const std::string& alternative_text);

  /// Writes report.json and report.html, and DONE last of all.
  void report(const std::vector<Section>& sections);

 private:
  /// The path of a file in the folder; the folder that holds it is made if need be.
  std::filesystem::path file(const std::string& name) const;
  io::RunFolder folder_;
  double seconds_of_kept_ = 0;  ///< that the models and sections took which a resumed run keeps
};

}  // namespace tandem::examples::compare
