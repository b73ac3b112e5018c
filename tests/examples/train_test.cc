// The training programs as a user runs them: what they leave behind, and how they end.

#include "autograd/create.h"
#include "nn/io/image.h"
#include "tests/catch.h"
#include "tests/examples/training.h"
#include "tests/text.h"

using namespace tandem::test;

TEST_CASE("train_mlp: leaves what the contract says", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const Outcome outcome = run("train_mlp", small_mlp + CommandLine{"--epochs", "2", "--out", out.string()});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  for (const char* name :
       {"config.json", "metrics.jsonl", "summary.json", "model.safetensors", "checkpoint.safetensors", "DONE",
        "curves_loss.png", "curves_accuracy.png", "confusion.png", "mistakes.png", "first_layer_weights.png"})
    CHECK(std::filesystem::exists(out / name));
  const auto lines = read_json_lines(out / "metrics.jsonl");
  REQUIRE(lines.size() == 2);
  for (const char* key :
       {"epoch", "seconds", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "examples_per_second"})
    CHECK(lines[1].contains(key));
  const auto summary = read_json(out / "summary.json");
  for (const char* key : {"program", "data", "seed", "threads", "parameters", "epochs", "seconds_total",
                          "seconds_per_epoch", "peak_memory_bytes", "weights_sha256", "test_accuracy", "test_loss"})
    CHECK(summary.contains(key));
  CHECK(summary["parameters"] == 784 * 24 + 24 + 24 * 10 + 10);
  // Both of the epoch that is usual, not one of the last.
  CHECK_THAT(double(summary["examples_per_second"]) * double(summary["seconds_per_epoch"]), WithinRel(600.0, 1e-6));
}

TEST_CASE("train_vae: leaves what the contract says", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const Outcome outcome = run("train_vae", small_vae + CommandLine{"--epochs", "2", "--out", out.string()});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  for (const char* name : {"sample_001.png", "sample_002.png", "reconstruction_002.png", "manifold.png",
                           "interpolation.png", "curves_loss.png", "model.safetensors", "DONE"})
    CHECK(std::filesystem::exists(out / name));
  const auto last = read_json_lines(out / "metrics.jsonl").back();
  for (const char* name : {"train", "test"}) {
    const double loss = last[std::string(name) + "_loss"];
    CHECK_THAT(
        loss,
        WithinRel(double(last[std::string(name) + "_reconstruction"]) + double(last[std::string(name) + "_kl"]), 1e-6));
  }
}

TEST_CASE("train_vae: one image to test on is too few for some pictures, but not for a model", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const Outcome outcome =
      run("train_vae", small_vae + CommandLine{"--epochs", "1", "--validation", "1", "--out", out.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK(std::filesystem::exists(out / "model.safetensors"));
  CHECK_FALSE(std::filesystem::exists(out / "interpolation.png"));
}

TEST_CASE("training: a picture that cannot be written does not cost the model", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  std::filesystem::create_directories(out / "mistakes.png" / "a folder in its place");
  const Outcome outcome = run("train_mlp", small_mlp + CommandLine{"--epochs", "1", "--out", out.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK_THAT(outcome.output, ContainsSubstring("mistakes.png"));
  CHECK(std::filesystem::exists(out / "model.safetensors"));
}

TEST_CASE("training: flags that the data cannot satisfy are refused before the first step", "[programs]") {
  const TemporaryFolder folder;
  const std::string out = (folder / "run").string();
  const auto refused = [&](const char* program, const CommandLine& flags, const char* why) {
    const Outcome outcome = run(program, CommandLine{"--data", "synthetic", "--limit", "300", "--out", out} + flags);
    CAPTURE(program, outcome.output);
    CHECK(outcome.exit_code == 2);
    CHECK_THAT(outcome.output, ContainsSubstring(why));
  };
  refused("train_mlp", {"--batch-norm", "--batch-size", "1"}, "a --batch-size of 2 or more");
  refused("train_vae", {"--start-from-data", "--pseudo-inputs", "301"}, "only 300 training images");
  refused("train_semi_supervised", {"--labels", "310"}, "31 images of each class are needed, but there are only 30");
}

TEST_CASE("train_vae: estimates the likelihood of binarised images", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const Outcome outcome =
      run("train_vae", small_vae + vae_of_all_kinds +
                           CommandLine{"--epochs", "2", "--likelihood-samples", "40", "--out", out.string()});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  const auto summary = read_json(out / "summary.json");
  for (const char* key : {"test_nll_standard_error", "nll_seed", "binarize_seed", "active_units"})
    CHECK(summary.contains(key));
  for (const char* key : {"nll_samples", "nll_seed", "binarize_seed", "active_units"})
    CHECK(summary[key].is_number_integer());
  CHECK(summary["nll_samples"] == 40);
  CHECK(summary["test_nll"] < summary["test_loss"]);  // a tighter bound than the ELBO of the same images
  CHECK_THAT(outcome.output, ContainsSubstring("40 importance samples"));
}

TEST_CASE("train_vae: --epochs 0 tests a model that is there", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine flags =
      small_vae + CommandLine{"--binarize", "dynamic", "--average", "0.9", "--likelihood-samples", "40"};
  REQUIRE(run("train_vae", flags + CommandLine{"--epochs", "1", "--out", (folder / "trained").string()}).exit_code ==
          0);
  const Outcome outcome =
      run("train_vae", flags + CommandLine{"--load", (folder / "trained/model.safetensors").string(), "--epochs", "0",
                                           "--schedule", "cosine", "--out", (folder / "tested").string()});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  const auto trained = read_json(folder / "trained/summary.json"), tested = read_json(folder / "tested/summary.json");
  CHECK(tested["epochs"] == 0);
  for (const char* key : {"weights_sha256", "test_nll", "test_loss", "test_kl"}) CHECK(tested[key] == trained[key]);
  CHECK(run("train_mlp", {"--data", "synthetic", "--epochs", "0", "--out", (folder / "mlp").string()}).exit_code == 2);

  // It is a test, and costs nobody a model.
  const std::string model = read_bytes(folder / "trained/model.safetensors");
  CHECK(run("train_vae", flags + CommandLine{"--load", (folder / "trained/model.safetensors").string(), "--epochs", "0",
                                             "--out", (folder / "trained").string()})
            .exit_code == 2);
  CHECK(run("train_vae", flags + CommandLine{"--epochs", "0", "--out", (folder / "trained").string()}).exit_code == 2);
  CHECK(read_bytes(folder / "trained/model.safetensors") == model);
  CHECK(std::filesystem::exists(folder / "trained/DONE"));
}

TEST_CASE("train_vae: settings that make no sense together are refused", "[programs]") {
  const auto [flags, text] = GENERATE(table<CommandLine, std::string>({
      {{"--likelihood-samples", "10"}, "estimated for pixels that are 0 or 1"},
      {{"--binarize", "fixed", "--augment", "shift"}, "are grey again"},
      {{"--importance-samples", "5", "--beta", "2"}, "--beta"},
      {{"--autoregressive", "8"}, "--autoregressive: pixels are drawn one after the other"},
      {{"--reach", "2"}, "--reach is for the network of --autoregressive"},
      {{"--momentum", "0.9"}, "--momentum is for --optimizer sgd"},
      {{"--binarize", "sometimes"}, "--binarize"},
      {{"--preset", "worst"}, "--preset"},
  }));
  const TemporaryFolder folder;
  const Outcome outcome = run("train_vae", small_vae + flags + CommandLine{"--out", (folder / "run").string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 2);
  CHECK_THAT(outcome.output, ContainsSubstring(text));
}

TEST_CASE("train_vae: a preset sets what no flag has set", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const std::string preset = GENERATE("burda-vae", "burda-iwae", "best", "m1");
  const Outcome outcome =
      run("train_vae", {"--preset", preset, "--data", "synthetic", "--limit", "300", "--hidden", "24", "--epochs", "1",
                        "--likelihood-samples", "10", "--out", out.string()});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  const auto config = read_json(out / "config.json");
  CHECK(config["hidden"] == std::vector<int>{24});
  CHECK(config["binarize"] == "dynamic");
  CHECK((config["importance-samples"] == 1) == (preset != "burda-iwae"));
  CHECK(config["autoregressive"].empty() == (preset != "best"));
}

TEST_CASE("train_mlp: a preset sets what no flag has set", "[programs]") {
  const TemporaryFolder folder;
  const std::string preset = GENERATE("best", "fast");
  const Outcome outcome = run("train_mlp", {"--preset", preset, "--data", "synthetic", "--limit", "300", "--hidden",
                                            "24", "--epochs", "1", "--out", (folder / "run").string()});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  const auto config = read_json(folder / "run/config.json");
  CHECK(config["hidden"] == std::vector<int>{24});
  CHECK(config["batch-norm"] == true);
  CHECK((config["noise"] > 0) == (preset == "best"));
  CHECK((config["schedule"] == "linear") == (preset == "fast"));
}

TEST_CASE("training: the same weights for any number of threads, and again", "[programs]") {
  const TemporaryFolder folder;
  const auto [program, flags] = GENERATE(
      std::pair{std::string("train_mlp"), CommandLine{"--dropout", "0.2", "--augment", "elastic,rotate=9"}},
      std::pair{std::string("train_vae"), CommandLine{}}, std::pair{std::string("train_vae"), vae_of_all_kinds});
  const CommandLine common = (program == "train_mlp" ? small_mlp : small_vae) + flags + CommandLine{"--epochs", "1"};
  std::vector<std::string> weights;
  for (const char* threads : {"1", "2", "3", "8", "1"}) {
    const auto out = folder / "run";
    const Outcome outcome = run(program, common + CommandLine{"--threads", threads, "--out", out.string()});
    INFO(outcome.output);
    REQUIRE(outcome.exit_code == 0);
    weights.push_back(weights_of(out));
  }
  CHECK(std::all_of(weights.begin(), weights.end(), [&](const std::string& w) { return w == weights[0]; }));
}

TEST_CASE("training: bad flags end with code 2 and say which", "[programs]") {
  const auto [flags, text] = GENERATE(table<CommandLine, std::string>({
      {{"--epochs", "-1"}, "--epochs"},
      {{"--batch-size", "0"}, "--batch-size"},
      {{"--hidden", "0,abc"}, "--hidden"},
      {{"--hidden", "0"}, "--hidden"},
      {{"--lr", "nan"}, "--lr"},
      {{"--optimizer", "magic"}, "--optimizer"},
      {{"--no-such-flag"}, "--no-such-flag"},
      {{"--validation", "600"}, "--validation"},
      {{"--dropout", "nan"}, "--dropout"},
      {{"--weight-decay", "nan"}, "--weight-decay"},
      {{"--seed", "-1"}, "--seed"},
      {{"--augment", "blur"}, "--augment: \"blur\""},
      {{"--augment", "shift,,flip"}, "--augment: \"\""},
      {{"--augment", "shift,flip,shift=3"}, "--augment: shift is given twice"},
      {{"--load", ""}, "--load is given an empty text"},
  }));
  const TemporaryFolder folder;
  const Outcome outcome = run("train_mlp", small_mlp + flags + CommandLine{"--out", (folder / "run").string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 2);
  CHECK_THAT(outcome.output, ContainsSubstring(text) && !ContainsSubstring("augmentation_named"));
}

TEST_CASE("training: --load takes the weights of the same architecture only", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const CommandLine common = small_mlp + CommandLine{"--epochs", "1", "--out"};
  REQUIRE(run("train_mlp", common + CommandLine{out.string()}).exit_code == 0);
  const auto loading = [&](const CommandLine& flags) {
    return run("train_mlp", common + CommandLine{(folder / "again").string(), "--load"} + flags);
  };
  const std::string model = (out / "model.safetensors").string();
  const Outcome other = loading({model, "--activation", "tanh"});
  CHECK(other.exit_code == 3);
  CHECK_THAT(other.output,
             ContainsSubstring("holds a model of another architecture\n  activation: \"relu\" in the file, "
                               "\"tanh\" is wanted\n  hint: give the flags"));
  const Outcome wider = loading({model, "--hidden", "25"});
  CHECK(wider.exit_code == 3);
  CHECK_THAT(wider.output, ContainsSubstring("hidden: \"24\" in the file, \"24,25\" is wanted"));
  const Outcome checkpoint = loading({(out / "checkpoint.safetensors").string()});
  CHECK(checkpoint.exit_code == 3);
  CHECK_THAT(checkpoint.output, ContainsSubstring("is a checkpoint, not a model\n  hint: the model is model.safet"));
  CHECK(loading({model}).exit_code == 0);
}

TEST_CASE("training: missing data, an unwritable folder, a full disk", "[programs]") {
  const TemporaryFolder folder;
  const std::string out = (folder / "run").string();
  const Outcome missing = run("train_mlp", {"--data-dir", (folder / "nowhere").string(), "--out", out});
  CHECK(missing.exit_code == 3);
  CHECK_THAT(missing.output, ContainsSubstring("scripts/fetch-data mnist"));
  CHECK_FALSE(std::filesystem::exists(out));
  const std::string deep = (folder / "never/was/deep").string();
  CHECK(run("train_mlp", small_mlp + CommandLine{"--load", (folder / "nofile").string(), "--out", deep}).exit_code ==
        3);
  CHECK_FALSE(std::filesystem::exists(folder / "never"));

  const Outcome unwritable = run("train_mlp", small_mlp + CommandLine{"--out", "/proc/run"});
  CHECK(unwritable.exit_code == 1);
  CHECK_THAT(unwritable.output, ContainsSubstring("/proc/run") && ContainsSubstring("hint: name another with --out"));

  const CommandLine constant = small_mlp + CommandLine{"--schedule", "constant", "--out", out};
  REQUIRE(run("train_mlp", constant + CommandLine{"--epochs", "1"}).exit_code == 0);
  const auto model_size = std::filesystem::file_size(folder / "run/model.safetensors");
  const Outcome full = run("train_mlp", constant + CommandLine{"--epochs", "2", "--resume"}, 20'000);
  CHECK(full.exit_code == 1);
  CHECK_THAT(full.output, ContainsSubstring("checkpoint.safetensors"));
  CHECK(std::filesystem::file_size(folder / "run/model.safetensors") == model_size);
  CHECK(run("train_mlp", constant + CommandLine{"--epochs", "2", "--resume"}).exit_code == 0);
}

TEST_CASE("training: a loss that is not finite ends with code 4 and keeps the checkpoint", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const Outcome outcome = run("train_mlp", small_mlp + CommandLine{"--optimizer", "sgd", "--lr", "1e30", "--epochs",
                                                                   "3", "--out", out.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 4);
  CHECK_THAT(outcome.output, ContainsSubstring("epoch 1") && ContainsSubstring("weight is not finite"));
  CHECK_FALSE(std::filesystem::exists(out / "DONE"));

  const Outcome guarded = run("train_mlp", small_mlp + CommandLine{"--optimizer", "sgd", "--lr", "1e30", "--nan-guard",
                                                                   "--out", (folder / "guarded").string()});
  INFO(guarded.output);
  CHECK(guarded.exit_code == 4);
  CHECK_THAT(guarded.output, ContainsSubstring("linear") && ContainsSubstring("in module: layers."));
}

TEST_CASE("training: an epoch's figure that is not finite ends with code 4", "[programs]") {
  const TemporaryFolder folder;
  const Outcome outcome =
      run("train_vae", {"--data", "synthetic", "--limit", "300", "--hidden", "8", "--latent-dim", "2", "--batch-size",
                        "300", "--lr", "1e30", "--epochs", "1", "--out", (folder / "run").string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 4);
  CHECK_THAT(outcome.output, !ContainsSubstring("-nan"));
  CHECK_FALSE(std::filesystem::exists(folder / "run" / "checkpoint.safetensors"));
}

TEST_CASE("training: weights to draw from that are not finite end with code 4", "[programs]") {
  const TemporaryFolder folder;
  const Outcome outcome = run("train_vae", {"--data", "synthetic", "--limit", "300", "--hidden", "8", "--latent-dim",
                                            "2", "--batch-size", "100", "--lr", "1e30", "--importance-samples", "2",
                                            "--epochs", "1", "--out", (folder / "run").string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 4);
  CHECK_THAT(outcome.output, ContainsSubstring("the training loss became") && ContainsSubstring("a smaller --lr"));
  CHECK_FALSE(std::filesystem::exists(folder / "run" / "checkpoint.safetensors"));
}

TEST_CASE("training: a model that is not finite is not saved, though its loss is", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const Outcome outcome = run("train_semi_supervised", {"--data", "synthetic", "--limit", "100", "--labels", "10",
                                                        "--lr", "1e39", "--epochs", "1", "--out", out.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 4);
  CHECK_THAT(outcome.output, ContainsSubstring("the model is not finite any more\n") &&
                                 ContainsSubstring("weight is not finite") && ContainsSubstring("a smaller --lr"));
  for (const char* name : {"checkpoint.safetensors", "model.safetensors", "DONE"})
    CHECK_FALSE(std::filesystem::exists(out / name));
}

TEST_CASE("training: the name of a folder does nothing to the terminal", "[programs]") {
  const TemporaryFolder folder;
  const auto pictures = folder / "two\nlines\033[31m";
  std::filesystem::create_directory(pictures);
  for (const char* name : {"1.png", "2.png", "3.png", "4.png"})
    tandem::io::write_png(pictures / name, tandem::full({6, 6}, 100, tandem::DType::uint8));
  const CommandLine common = {
      "--data", pictures.string(), "--data-dir", (folder / "data").string(), "--image-size", "6x6", "--hidden",
      "4",      "--epochs",        "1"};
  const Outcome unlabelled = run("train_mlp", common + CommandLine{"--out", (folder / "mlp").string()});
  CHECK(unlabelled.exit_code == 2);
  CHECK_THAT(unlabelled.output, ContainsSubstring("two?lines?[31m: a classifier needs labels"));
  const Outcome outcome = run("train_vae", common + CommandLine{"--out", (folder / "vae\033[31m").string()});
  CHECK(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, ContainsSubstring("data two?lines?[31m: ") && ContainsSubstring("vae?[31m\n") &&
                                 !ContainsSubstring("\033"));
}

TEST_CASE("training: a last batch of a single image does not stop batch normalisation", "[programs]") {
  const TemporaryFolder folder;
  const Outcome outcome = run("train_mlp", {"--data", "synthetic", "--limit", "101", "--batch-size", "50", "--hidden",
                                            "8", "--batch-norm", "--epochs", "2", "--out", (folder / "run").string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
}

TEST_CASE("train_mlp: classes that no training image shows are named", "[programs]") {
  const TemporaryFolder folder;
  const auto said = [&](const char* limit) {
    return run("train_mlp", {"--data", "synthetic", "--limit", limit, "--hidden", "8", "--epochs", "1", "--out",
                             folder.path().string()})
        .output;
  };
  CHECK_THAT(said("1"),
             ContainsSubstring("1 training image, 2000 to test") && ContainsSubstring("\nno training image shows "));
  CHECK_THAT(said("300"), !ContainsSubstring("no training image"));
}
