#include "examples/support/predictions.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "examples/support/draw/terminal_image.h"
#include "nn/text.h"

namespace tandem::examples {
namespace {

/// What all forms share: the names of the classes and how many of them to show.
class Writer : public PredictionWriter {
 public:
  Writer(const std::vector<std::string>& class_names, std::size_t top) : class_names_(class_names), top_(top) {}

 protected:
  std::string class_name(std::size_t label) const {
    return label < class_names_.size() ? class_names_[label] : std::to_string(label);
  }
  std::size_t how_many(std::size_t classes, std::size_t unless_told) const {
    return std::min(classes, top_ > 0 ? top_ : unless_told);
  }
  /// The most probable classes.
  std::vector<std::size_t> best(const Prediction& prediction, std::size_t unless_told) const {
    std::vector<std::size_t> order = prediction.ranking();
    order.resize(how_many(order.size(), unless_told));
    return order;
  }
  bool has_names() const { return !class_names_.empty(); }
  std::size_t top() const { return top_; }
  static constexpr std::size_t all = SIZE_MAX, three = 3;

 private:
  std::vector<std::string> class_names_;
  std::size_t top_;
};

std::string likelihood_of(const Prediction& prediction) {
  if (!prediction.log_likelihood) return {};
  return fmt::format("log p(x) {:.1f} nats{}", *prediction.log_likelihood,
                     *prediction.unfamiliar ? ": this does not look like the training data" : "");
}

class Drawing final : public Writer {
 public:
  using Writer::Writer;

  void write(const Prediction& prediction) override {
    const std::vector<std::size_t> order = best(prediction, all);
    fmt::print("{}: {}", printable(prediction.name), printable(class_name(order[0])));
    if (prediction.label)
      fmt::print(" (in truth {})", printable(class_name(static_cast<std::size_t>(*prediction.label))));
    fmt::print("\n{}", terminal_image(prediction.pixels));
    std::size_t width = 4;
    for (const std::size_t label : order) width = std::max(width, class_name(label).size() + 1);
    for (const std::size_t label : order) {
      const double p = prediction.probabilities[label];
      fmt::print("{:>{}}  {:6.2f} %  {}\n", printable(class_name(label)), width, 100 * p,
                 std::string(static_cast<std::size_t>(40 * p + 0.5), '='));
    }
    if (prediction.log_likelihood) fmt::print("{}\n", likelihood_of(prediction));
    fmt::print("\n");
  }
};

class Table final : public Writer {
 public:
  using Writer::Writer;

  void write(const Prediction& prediction) override {
    std::string line = fmt::format("{:<40}", printable(prediction.name));
    for (const std::size_t label : best(prediction, three))
      line += fmt::format("  {:>12} {:6.2f} %", printable(class_name(label)), 100 * prediction.probabilities[label]);
    if (prediction.label)
      line += fmt::format("  in truth {}", printable(class_name(static_cast<std::size_t>(*prediction.label))));
    if (prediction.log_likelihood) line += "  " + likelihood_of(prediction);
    fmt::print("{}\n", line);
  }
};

class Csv final : public Writer {
 public:
  using Writer::Writer;

  void begin(const PredictionColumns& columns) override {
    std::string header = "picture";
    for (std::size_t i = 1; i <= how_many(columns.classes, three); ++i)
      header += fmt::format(",class_{0},probability_{0}", i);
    if (columns.label) header += ",true_class";
    if (columns.log_likelihood) header += ",log_likelihood,unfamiliar";
    fmt::print("{}\r\n", header);
  }

  void write(const Prediction& prediction) override {
    const std::vector<std::size_t> order = best(prediction, three);
    std::string line = field(prediction.name);
    for (const std::size_t label : order)
      line += fmt::format(",{},{:.6g}", field(class_name(label)), prediction.probabilities[label]);
    if (prediction.label) line += "," + field(class_name(static_cast<std::size_t>(*prediction.label)));
    if (prediction.log_likelihood)
      line += fmt::format(",{:.6g},{}", *prediction.log_likelihood, *prediction.unfamiliar ? 1 : 0);
    fmt::print("{}\r\n", line);
  }

 private:
  static std::string field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
  }
};

class JsonLines final : public Writer {
 public:
  using Writer::Writer;

  void write(const Prediction& prediction) override {
    const std::vector<std::size_t> order = prediction.ranking();
    nlohmann::ordered_json line = {
        {"picture", prediction.name}, {"label", order[0]}, {"probability", prediction.probabilities[order[0]]}};
    if (has_names()) line["class"] = class_name(order[0]);
    if (top() > 0) {
      for (const std::size_t label : best(prediction, all))
        line["top"].push_back(
            {{"label", label}, {"class", class_name(label)}, {"probability", prediction.probabilities[label]}});
    } else {
      line["probabilities"] = prediction.probabilities;
      line["logits"] = prediction.logits;
    }
    if (prediction.label) line["true_label"] = *prediction.label;
    if (prediction.log_likelihood) {
      line["log_likelihood"] = *prediction.log_likelihood;
      line["unfamiliar"] = *prediction.unfamiliar;
    }
    fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
};

}  // namespace

std::vector<std::size_t> Prediction::ranking() const {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  return order;
}

std::unique_ptr<PredictionWriter> make_prediction_writer(const std::string& format,
                                                         const std::vector<std::string>& class_names, std::size_t top) {
  if (format == "table") return std::make_unique<Table>(class_names, top);
  if (format == "csv") return std::make_unique<Csv>(class_names, top);
  if (format == "jsonl") return std::make_unique<JsonLines>(class_names, top);
  return std::make_unique<Drawing>(class_names, top);
}

}  // namespace tandem::examples
