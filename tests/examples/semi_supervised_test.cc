// train_semi_supervised as a user runs it.

#include "autograd/create.h"
#include "examples/support/image_description.h"
#include "nn/io/image.h"
#include "nn/io/safetensors.h"
#include "tests/catch.h"
#include "tests/examples/program_runner.h"

using namespace tandem;
using namespace tandem::test;

namespace {

const CommandLine tiny_training = {"--data", "synthetic", "--limit", "300", "--hidden", "16", "--epochs", "1"};

}  // namespace

TEST_CASE("train_semi_supervised: learns from pixels and from latents, and resumes bit-identical", "[programs]") {
  const TemporaryFolder folder;
  const auto m1 = folder / "m1", whole = folder / "whole", stopped = folder / "stopped";
  CommandLine common = {"--data",       "synthetic",    "--limit",
                        "300",          "--labels",     "30",
                        "--hidden",     "16",           "--classifier-hidden",
                        "16",           "--latent-dim", "2",
                        "--batch-size", "60",           "--average",
                        "0.9",          "--dropout",    "0.2",
                        "--noise",      "0.1",          "--schedule",
                        "constant",     "--augment",    "rotate=9"};
  if (GENERATE(false, true)) {
    const Outcome vae = run("train_vae", tiny_training + CommandLine{"--latent-dim", "3", "--out", m1.string()});
    REQUIRE(vae.exit_code == 0);
    common = common + CommandLine{"--latents-of", (m1 / "model.safetensors").string()};
  }
  const auto train = [&](const CommandLine& flags) { return run("train_semi_supervised", common + flags); };
  const Outcome first = train({"--epochs", "3", "--threads", "2", "--out", whole.string()});
  INFO(first.output);
  REQUIRE(first.exit_code == 0);
  const auto summary = read_json(whole / "summary.json");
  CHECK(summary["labels"] == 30);
  CHECK(summary["labels"].is_number_integer());
  CHECK(summary["test_accuracy"] == read_json_lines(whole / "metrics.jsonl").back()["test_accuracy"]);
  const auto last = read_json_lines(whole / "metrics.jsonl").back();
  for (const char* key : {"train_labelled", "train_unlabelled", "train_classification"}) CHECK(last.contains(key));

  REQUIRE(train({"--epochs", "2", "--threads", "1", "--out", stopped.string()}).exit_code == 0);
  const Outcome second = train({"--epochs", "3", "--resume", "--out", stopped.string()});
  INFO(second.output);
  REQUIRE(second.exit_code == 0);
  CHECK(read_json(stopped / "summary.json")["weights_sha256"] == summary["weights_sha256"]);
}

TEST_CASE("train_semi_supervised: its model classifies pictures and draws them by class", "[programs]") {
  const TemporaryFolder folder;
  const std::string model = (folder / "run" / "model.safetensors").string(), out = (folder / "pictures").string();
  REQUIRE(
      run("train_semi_supervised", tiny_training + CommandLine{"--labels", "30", "--classifier-hidden", "16",
                                                               "--latent-dim", "2", "--out", (folder / "run").string()})
          .exit_code == 0);
  const Outcome prediction = run("predict", {"--load", model, "--index", "3", "--format", "jsonl"});
  INFO(prediction.output);
  REQUIRE(prediction.exit_code == 0);
  CHECK(nlohmann::json::parse(prediction.output)["probabilities"].size() == 10);
  const Outcome samples = run("sample", {"--load", model, "--count", "20", "--out", out});
  INFO(samples.output);
  REQUIRE(samples.exit_code == 0);
  CHECK(io::read_image(folder / "pictures" / "samples.png", 1).shape() == Shape{2 + 2 * 30, 2 + 10 * 30});
  REQUIRE(run("sample", {"--load", model, "--count", "3", "--separate", "--binary", "--out", out}).exit_code == 0);
  const Tensor drawn = io::read_image(folder / "pictures" / "sample_0002.png", 1);
  for (const double value : drawn.to_vector<double>()) REQUIRE((value == 0 || value == 255));
  CHECK(run("sample", {"--load", model, "--manifold", "--out", out}).exit_code == 2);
}

TEST_CASE("train_semi_supervised: labels or latents that do not fit are refused", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine common = tiny_training + CommandLine{"--out", (folder / "run").string()};
  const Outcome uneven = run("train_semi_supervised", common + CommandLine{"--labels", "35"});
  CHECK(uneven.exit_code == 2);
  CHECK_THAT(uneven.output, ContainsSubstring("a multiple of 10, the number of classes"));

  for (const char* name : {"cats/1.png", "cats/2.png", "cats/3.png", "cats/4.png", "dogs/5.png"}) {
    std::filesystem::create_directories((folder / "pictures" / name).parent_path());
    io::write_png(folder / "pictures" / name, full({6, 6}, 9, DType::uint8));
  }
  const Outcome few = run("train_semi_supervised", {"--data", (folder / "pictures").string(), "--labels", "10", "--out",
                                                    (folder / "run").string(), "--data-dir", folder.path().string()});
  CHECK(few.exit_code == 2);
  CHECK_THAT(few.output, ContainsSubstring("5 images of each class are needed, but there are only") &&
                             ContainsSubstring(" of class cats"));

  const auto mlp = folder / "mlp";
  REQUIRE(run("train_mlp", tiny_training + CommandLine{"--out", mlp.string()}).exit_code == 0);
  const Outcome no_vae =
      run("train_semi_supervised", common + CommandLine{"--latents-of", (mlp / "model.safetensors").string()});
  INFO(no_vae.output);
  CHECK(no_vae.exit_code == 3);
}

TEST_CASE("train_semi_supervised: latents of a VAE of other data are used with a warning", "[programs]") {
  const TemporaryFolder folder;
  const auto m1 = folder / "m1";
  REQUIRE(run("train_vae", tiny_training + CommandLine{"--latent-dim", "3", "--out", m1.string()}).exit_code == 0);
  const auto model = m1 / "model.safetensors";
  const CommandLine flags =
      tiny_training + CommandLine{"--labels", "30", "--latents-of", model.string(), "--out", (folder / "run").string()};
  CHECK_THAT(run("train_semi_supervised", flags).output, !ContainsSubstring("warning"));

  io::TensorFile file = io::load_safetensors(model);
  examples::ImageDescription{{28, 28, 1}, false, {}, "mnist"}.add_to(file.metadata);
  io::save_safetensors(model, file.tensors, file.metadata);
  const Outcome outcome = run("train_semi_supervised", flags);
  CHECK(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, ContainsSubstring("the VAE was trained on \"mnist\", not on \"synthetic\""));
}
