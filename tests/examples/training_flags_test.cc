// What flags of the training programs do to the weights, to files, and to what is printed.

#include <cmath>
#include <set>

#include "nn/data/synthetic.h"
#include "nn/io/image.h"
#include "tests/catch.h"
#include "tests/examples/training.h"

using namespace tandem::test;

namespace {

struct SmallTraining {
  std::string program;
  CommandLine flags;
  std::ptrdiff_t batches;  ///< of an epoch
};

SmallTraining any_small_training() {
  return GENERATE(SmallTraining{"train_mlp", small_mlp, 12}, SmallTraining{"train_vae", small_vae, 6},
                  SmallTraining{"train_semi_supervised", small_semi_supervised, 5});
}

/// What it printed.
std::string train(const std::string& program, const CommandLine& flags, const std::filesystem::path& out) {
  const Outcome outcome = run(program, flags + CommandLine{"--threads", "1", "--out", out.string()});
  CAPTURE(program, flags, outcome.output);
  REQUIRE(outcome.exit_code == 0);
  return outcome.output;
}

std::ptrdiff_t count_of(const std::string& part, const std::string& text) {
  std::ptrdiff_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

/// Digits as pictures, 60 of them, in a folder of the even ones and one of the odd ones.
struct Pictures : TemporaryFolder {
  CommandLine flags = {"--data", (*this / "digits").string(), "--data-dir", path().string()};

  Pictures() {
    const tandem::data::Images digits = tandem::data::synthetic_digits(60);
    for (const char* kind : {"even", "odd"}) std::filesystem::create_directories(*this / "digits" / kind);
    for (tandem::Index i = 0; i < digits.size(); ++i)
      tandem::io::write_png(*this / "digits" / (digits.labels.data<std::int64_t>()[i] % 2 == 0 ? "even" : "odd") /
                                (std::to_string(i) + ".png"),
                            digits.pixels[i].reshape({28, 28}));
  }
};

/// Trains for two epochs, once with each of the settings: no two of them end with the same weights.
void check_different_weights(const std::string& program, const CommandLine& common,
                             const std::vector<CommandLine>& settings) {
  const Pictures pictures;
  const CommandLine small = {"--image-size", "7x7", "--color", "gray", "--hidden", "8", "--epochs", "2"};
  std::set<std::string> seen;
  for (const CommandLine& setting : settings) {
    train(program, pictures.flags + small + common + setting, pictures / "run");
    CAPTURE(program, setting);
    CHECK(seen.insert(weights_of(pictures / "run")).second);
  }
}

nlohmann::json last_epoch(const std::filesystem::path& run) { return read_json_lines(run / "metrics.jsonl").back(); }

}  // namespace

TEST_CASE("train_mlp: each setting changes the weights", "[programs]") {
  check_different_weights("train_mlp", {},
                          {{},
                           {"--seed", "2"},
                           {"--batch-size", "20"},
                           {"--lr", "0.01"},
                           {"--optimizer", "sgd"},
                           {"--optimizer", "sgd", "--momentum", "0.9"},
                           {"--weight-decay", "0.1"},
                           {"--schedule", "cosine"},
                           {"--augment", "shift"},
                           {"--activation", "tanh"},
                           {"--dropout", "0.2"},
                           {"--input-dropout", "0.2"},
                           {"--batch-norm"},
                           {"--noise", "0.1"},
                           {"--average", "0.9"},
                           {"--label-smoothing", "0.1"}});
}

TEST_CASE("train_vae: each setting changes the weights", "[programs]") {
  check_different_weights("train_vae", {"--latent-dim", "2"},
                          {{},
                           {"--beta", "2"},
                           {"--activation", "tanh"},
                           {"--pseudo-inputs", "5"},
                           {"--start-from-data"},
                           {"--importance-samples", "2"},
                           {"--average", "0.9"},
                           {"--binarize", "fixed"},
                           {"--binarize", "dynamic"},
                           {"--binarize", "dynamic", "--autoregressive", "4"},
                           {"--binarize", "dynamic", "--autoregressive", "4", "--reach", "2"},
                           {"--binarize", "dynamic", "--autoregressive", "4", "--features", "3"}});
}

TEST_CASE("train_semi_supervised: each setting changes the weights", "[programs]") {
  check_different_weights(
      "train_semi_supervised", {"--labels", "10", "--classifier-hidden", "8", "--latent-dim", "2"},
      {{}, {"--alpha", "2"}, {"--activation", "tanh"}, {"--dropout", "0.2"}, {"--noise", "0.1"}, {"--average", "0"}});
}

TEST_CASE("training: what is printed and saved on the way changes no weight", "[programs]") {
  const TemporaryFolder folder;
  const auto [program, flags, batches] = any_small_training();
  const auto train_with = [&, program = program, flags = flags](const char* run, const CommandLine& more) {
    return train(program, flags + CommandLine{"--epochs", "1"} + more, folder / run);
  };
  CHECK_THAT(train_with("plain", {}), ContainsSubstring("epoch   1") && ContainsSubstring("wrote "));
  const std::string lines = train_with("lines", {"--log-interval", "2", "--checkpoint-every", "2"});
  CHECK(count_of("\nepoch 1/1 ", lines) == batches / 2);
  CHECK(train_with("quiet", {"--log-interval", "2", "--quiet"}).empty());
  const std::string table = train_with("profile", {"--profile", "--quiet"});
  CHECK(table.starts_with("op   "));
  for (const char* row : {"linear backward", "optimizer step", "next batch", "checkpoint", "peak:"})
    CHECK_THAT(table, ContainsSubstring("\n" + std::string(row) + " "));

  const std::string weights = weights_of(folder / "plain");
  for (const char* run : {"lines", "quiet", "profile"}) CHECK(weights_of(folder / run) == weights);
  CHECK(std::filesystem::exists(folder / "lines/checkpoint.previous.safetensors"));  // of the middle of the epoch
  CHECK_FALSE(std::filesystem::exists(folder / "plain/checkpoint.previous.safetensors"));
}

TEST_CASE("training: --image-size and --color decide what is seen of pictures", "[programs]") {
  const Pictures pictures;
  const auto [program, flags] = GENERATE(
      table<std::string, CommandLine>({{"train_mlp", {}},
                                       {"train_vae", {}},
                                       {"train_semi_supervised", {"--labels", "2", "--classifier-hidden", "4"}}}));
  const CommandLine common = pictures.flags + CommandLine{"--hidden", "4", "--epochs", "1"} + flags;
  const auto seen = [&, program = program](const CommandLine& form) {
    train(program, common + form, pictures / "run");
    return std::string(read_json(pictures / "run/config.json")["images"]);
  };
  CHECK_THAT(seen({}), ContainsSubstring(" of 32 x 32 x 3, 2 classes"));
  CHECK_THAT(seen({"--image-size", "8x6", "--color", "gray"}), ContainsSubstring(" of 8 x 6 x 1, 2 classes"));
}

TEST_CASE("train_mlp: smoothed labels leave a loss of their entropy", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine common = small_mlp + CommandLine{"--epochs", "4", "--lr", "0.01"};
  // Half of each label is spread evenly over the 10 classes.
  const double entropy = -(0.55 * std::log(0.55) + 9 * 0.05 * std::log(0.05));  // 1.68 nats
  train("train_mlp", common, folder / "hard");
  train("train_mlp", common + CommandLine{"--label-smoothing", "0.5"}, folder / "smooth");
  CHECK(last_epoch(folder / "hard")["train_loss"] < entropy);
  CHECK(last_epoch(folder / "smooth")["train_loss"] > entropy);
  CHECK(last_epoch(folder / "smooth")["test_loss"] < entropy);  // which is of the labels as they are
}

TEST_CASE("train_mlp: --input-dropout hides pixels while it trains, and none while it tests", "[programs]") {
  const TemporaryFolder folder;
  train("train_mlp", small_mlp + CommandLine{"--epochs", "4", "--lr", "0.01", "--input-dropout", "0.9"},
        folder / "run");
  const auto last = last_epoch(folder / "run");
  CHECK(last["test_accuracy"] > 0.8);
  CHECK(last["train_accuracy"] < 0.7);
}

TEST_CASE("train_semi_supervised: --alpha weighs the classification", "[programs]") {
  const TemporaryFolder folder;
  const double alpha = GENERATE(0.0, 30.0);
  train("train_semi_supervised", small_semi_supervised + CommandLine{"--epochs", "1", "--alpha", std::to_string(alpha)},
        folder / "run");
  const auto last = last_epoch(folder / "run");
  const double share = 30.0 / 300;  // of the images that have labels
  CHECK_THAT(double(last["train_loss"]),
             WithinRel(share * double(last["train_labelled"]) + (1 - share) * double(last["train_unlabelled"]) +
                           alpha * double(last["train_classification"]),
                       1e-6));
}
