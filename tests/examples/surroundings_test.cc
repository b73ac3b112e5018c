// The training programs and what they find around them: variables, names, folders that were used before.

#include <filesystem>
#include <fstream>

#include "tests/catch.h"
#include "tests/examples/training.h"
#include "tests/nn/data/images.h"

using namespace tandem::test;

TEST_CASE("train_vae: pictures of an older run in the folder are not left beside the new ones", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine common = {"--data",   "synthetic", "--limit", "100",
                              "--hidden", "8",         "--out",   (folder / "run").string()};
  REQUIRE(run("train_vae", common + CommandLine{"--epochs", "3", "--latent-dim", "2"}).exit_code == 0);
  CHECK(std::filesystem::exists(folder / "run/sample_003.png"));
  CHECK(std::filesystem::exists(folder / "run/manifold.png"));
  REQUIRE(run("train_vae", common + CommandLine{"--epochs", "1", "--latent-dim", "3"}).exit_code == 0);
  for (const char* gone : {"sample_002.png", "sample_003.png", "reconstruction_003.png", "manifold.png"})
    CHECK_FALSE(std::filesystem::exists(folder / "run" / gone));
  CHECK(std::filesystem::exists(folder / "run/sample_001.png"));
}

TEST_CASE("training: pictures of another program's run in the folder are not left beside the new ones", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const auto pictures = [&] {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(out))
      if (entry.path().extension() == ".png") names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  };
  const auto train = [&](const char* program, const CommandLine& flags) {
    const Outcome outcome = run(
        program, CommandLine{"--data", "synthetic", "--limit", "100", "--hidden", "8", "--out", out.string()} + flags);
    INFO(outcome.output);
    REQUIRE(outcome.exit_code == 0);
  };
  const std::vector<std::string> of_mlp = {"confusion.png", "curves_accuracy.png", "curves_loss.png",
                                           "first_layer_weights.png", "mistakes.png"};
  train("train_vae", {"--epochs", "2", "--latent-dim", "2"});
  CHECK(pictures().size() == 8);
  train("train_mlp", {"--epochs", "1"});
  CHECK(pictures() == of_mlp);

  std::filesystem::copy_file(out / "mistakes.png", out / "sample_0001.png");  // as the program `sample` names them
  std::filesystem::copy_file(out / "mistakes.png", out / "mine.png");
  train("train_semi_supervised", {"--epochs", "1", "--labels", "10"});
  CHECK(pictures() == std::vector<std::string>{"mine.png", "sample_0001.png"});
}

TEST_CASE("training: pictures in a folder that no run was in stay", "[programs]") {
  const TemporaryFolder folder;
  std::ofstream(folder / "sample_001.png") << "mine";
  REQUIRE(run("train_mlp", {"--data", "synthetic", "--limit", "100", "--hidden", "8", "--epochs", "1", "--out",
                            folder.path().string()})
              .exit_code == 0);
  CHECK(std::filesystem::file_size(folder / "sample_001.png") == 4);
}

TEST_CASE("train_vae: pictures of before it was resumed stay", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine common = small_vae + CommandLine{"--out", (folder / "run").string()};
  REQUIRE(run("train_vae", common + CommandLine{"--epochs", "1"}).exit_code == 0);
  REQUIRE(run("train_vae", common + CommandLine{"--epochs", "2", "--resume"}).exit_code == 0);
  for (const char* name : {"sample_001.png", "sample_002.png", "reconstruction_001.png", "manifold.png"})
    CHECK(std::filesystem::exists(folder / "run" / name));
}

TEST_CASE("training: a path that is not UTF-8 does not stop a run", "[programs]") {
  const TemporaryFolder folder;
  const auto data = folder / "caf\xe9";
  write_small_mnist(data);
  const Outcome outcome =
      run("train_mlp", {"--data", data.string(), "--epochs", "1", "--hidden", "8", "--out", (folder / "run").string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
}

TEST_CASE("training: variables of the environment set threads, data and the products' backend", "[programs]") {
  const TemporaryFolder folder;
  {
    const EnvironmentVariable backend("TANDEM_GEMM", "nonesuch");
    const Outcome outcome = run("train_mlp", small_mlp + CommandLine{"--out", (folder / "run").string()});
    CHECK(outcome.exit_code == 2);
    CHECK_THAT(outcome.output, ContainsSubstring("TANDEM_GEMM: \"nonesuch\""));
  }
  for (const char* nonsense : {"two", "2x", "-1", "0", "100000"}) {
    const EnvironmentVariable threads("TANDEM_NUM_THREADS", nonsense);
    const Outcome outcome = run("train_mlp", small_mlp + CommandLine{"--out", (folder / "run").string()});
    CHECK(outcome.exit_code == 2);
    CHECK_THAT(outcome.output, ContainsSubstring("a whole number from 1 to 1024"));
  }
  {
    const EnvironmentVariable threads("TANDEM_NUM_THREADS", "3");
    REQUIRE(run("train_mlp", small_mlp + CommandLine{"--epochs", "1", "--out", (folder / "run").string()}).exit_code ==
            0);
    CHECK(read_json(folder / "run/summary.json")["threads"] == 3);
  }
  const EnvironmentVariable data("TANDEM_DATA", (folder / "elsewhere").string());
  const Outcome missing = run("train_mlp", {"--epochs", "1", "--out", (folder / "none").string()});
  CHECK(missing.exit_code == 3);
  CHECK_THAT(missing.output, ContainsSubstring((folder / "elsewhere/mnist").string()));
}
