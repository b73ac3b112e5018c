// The scripts as far as they neither install, nor build, nor fetch anything.

#include <fstream>

#include "nn/data/idx.h"
#include "tests/catch.h"
#include "tests/examples/program_runner.h"

using namespace tandem::test;

namespace {

const std::filesystem::path scripts = TANDEM_SOURCE_DIR "/scripts";

Outcome run_script(const std::string& name, const CommandLine& arguments) {
  return run((scripts / name).string(), arguments);
}

}  // namespace

TEST_CASE("scripts: --help is there, and flags that nobody knows end with code 2", "[scripts]") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(scripts)) {
    const std::string name = entry.path().filename().string();
    ++count;
    const Outcome help = run_script(name, {"--help"}), unknown = run_script(name, {"--no-such-flag"});
    CAPTURE(name, help.output, unknown.output);
    CHECK(help.exit_code == 0);
    CHECK(help.output.starts_with("usage: scripts/" + name + " "));
    CHECK(unknown.exit_code == 2);
    CHECK_THAT(unknown.output, ContainsSubstring("scripts/" + name));
  }
  CHECK(count >= 8);
}

TEST_CASE("scripts: arguments that make no sense end with code 2", "[scripts]") {
  const auto [name, arguments] = GENERATE(table<std::string, CommandLine>({
      {"bench", {"--rounds"}},
      {"bench", {"--rounds", "many"}},
      {"bench", {"--out"}},
      {"bench", {"--peers", ""}},
      {"demo", {"--quick", "slow"}},
      {"fetch-data", {}},
      {"fetch-data", {"mnist", "fashion"}},
      {"fetch-data", {"mnist", "--data-dir"}},
      {"fuzz", {"--seconds", "0"}},
      {"fuzz", {"nonesuch"}},
      {"records", {"--out"}},
      {"records", {"nonesuch"}},
      {"results", {"--seeds", "0"}},
      {"results", {"--out"}},
      {"setup", {"--test", "nonesuch"}},
      {"test", {"nonesuch"}},
  }));
  const Outcome outcome = run_script(name, arguments);
  CAPTURE(name, arguments, outcome.output);
  CHECK(outcome.exit_code == 2);
  CHECK_FALSE(outcome.output.empty());
}

TEST_CASE("scripts: results makes its table of runs that are there", "[scripts]") {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, int seed, const std::string& figure, double value) {
    const auto run = folder / name / std::to_string(seed);
    std::filesystem::create_directories(run);
    std::ofstream(run / "DONE");
    std::ofstream(run / "summary.json") << nlohmann::json{{figure, value}, {"seconds_total", 2.0 * seed}}.dump(2);
  };
  for (const char* name : {"mlp-default", "mlp-fast", "mlp-500", "mlp-dropout", "mlp-best"})
    for (int seed : {1, 2, 3}) write(name, seed, "test_accuracy", 0.97 + 0.01 * seed);
  for (int seed : {1, 2, 3}) write("vae", seed, "test_loss", 100 + seed);
  const Outcome two = run_script("results", {"--seeds", "2", "--out", folder.path().string()});
  INFO(two.output);
  CHECK(two.exit_code == 0);
  CHECK_THAT(two.output, ContainsSubstring("| `train_mlp` | 98.50 % ± 0.71 | 2 | 2 s |") &&
                             ContainsSubstring("| `train_mlp --preset best` | 98.00 % | 1 | 2 s |") &&
                             ContainsSubstring("| `train_vae` | 101.50 nats ± 0.71 | 2 | 2 s |"));
}

TEST_CASE("scripts: fetch-data takes what is there, packed or not", "[scripts]") {
  const char* variable = std::getenv("TANDEM_DATA");
  const std::filesystem::path datasets = variable ? variable : TANDEM_SOURCE_DIR "/datasets";
  if (!tandem::data::has_mnist(datasets / "mnist")) {
    WARN("test skipped: no MNIST in " << datasets);
    return;
  }
  const TemporaryFolder folder;
  const auto place = folder / "mnist";
  const std::string packed = "t10k-labels-idx1-ubyte";
  std::filesystem::create_directory(place);
  for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"})
    std::filesystem::create_symlink(std::filesystem::canonical(datasets / "mnist" / name), place / name);
  const std::string pack = "gzip -c " + shell_word((datasets / "mnist" / packed).string()) + " > " +
                           shell_word((place / (packed + ".gz")).string());
  REQUIRE(std::system(pack.c_str()) == 0);
  const Outcome outcome = run_script("fetch-data", {"mnist", "--data-dir", folder.path().string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, ContainsSubstring("mnist is complete in " + place.string()) && !ContainsSubstring("http"));
  CHECK(std::filesystem::file_size(place / packed) == 10'008);

  const EnvironmentVariable data("TANDEM_DATA", folder.path().string());
  CHECK_THAT(run_script("fetch-data", {"mnist"}).output, ContainsSubstring("complete in " + place.string()));
}
