#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "autograd/tensor.h"

namespace tandem::examples {

/// What a classifier says of one image.
struct Prediction {
  std::string name;                           ///< of the picture
  Tensor pixels;                              ///< as the model saw it, uint8 [h, w] or [h, w, 3]
  std::vector<double> probabilities;          ///< by class
  std::vector<double> logits;                 ///< by class
  std::optional<std::int64_t> label;          ///< the true one, where it is known
  std::optional<double> log_likelihood = {};  ///< log p(x) under a VAE, in nats, if there is one
  std::optional<bool> unfamiliar = {};        ///< whether that is below the VAE's threshold

  /// Classes by falling probability; equal ones by number.
  std::vector<std::size_t> ranking() const;
};

/// What all predictions to be written have.
struct PredictionColumns {
  std::size_t classes = 0;
  bool label = false, log_likelihood = false;
};

/// Prints predictions one after the other to standard output.
class PredictionWriter {
 public:
  virtual ~PredictionWriter() = default;
  /// Call it before the first, even if there is none: prints a header, if the form has one.
  virtual void begin(const PredictionColumns&) {}
  virtual void write(const Prediction& prediction) = 0;
};

/// The four forms of `predict --format`: "drawing", the picture with a bar for each class; "table", one line each, in
/// columns for people; "csv", with a header, following RFC 4180; "jsonl", one object per line.
/// @param class_names  by label; numbers where there are no names
/// @param top          at most this many classes; 0: as suits the form, in a table and in CSV the best three
std::unique_ptr<PredictionWriter> make_prediction_writer(const std::string& format,
                                                         const std::vector<std::string>& class_names,
                                                         std::size_t top = 0);

}  // namespace tandem::examples
