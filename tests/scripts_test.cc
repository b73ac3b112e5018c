// The scripts as far as they neither install, nor build, nor fetch anything.

#include <fstream>

#include "tests/catch.h"
#include "tests/datasets.h"
#include "tests/examples/program_runner.h"

using namespace tandem::test;

namespace {

const std::filesystem::path scripts = TANDEM_SOURCE_DIR "/scripts";

Outcome run_script(const std::string& name, const CommandLine& arguments) {
  return run((scripts / name).string(), arguments);
}

/// A run that is complete.
void write_run(const std::filesystem::path& run, const nlohmann::json& summary) {
  std::filesystem::create_directories(run);
  std::ofstream(run / "DONE");
  std::ofstream(run / "summary.json") << summary.dump(2);
}

/// The runs of scripts/results with seeds 1 to 3.
void write_results(const std::filesystem::path& folder) {
  for (int seed : {1, 2, 3}) {
    for (const char* name : {"mlp-default", "mlp-fast", "mlp-500", "mlp-dropout", "mlp-best"})
      write_run(folder / name / std::to_string(seed),
                {{"test_accuracy", 0.97 + 0.01 * seed}, {"seconds_total", 2.0 * seed}});
    write_run(folder / "vae" / std::to_string(seed), {{"test_loss", 100.0 + seed}, {"seconds_total", 2.0 * seed}});
  }
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
    CHECK_THAT(unknown.output, ContainsSubstring("no-such-flag") && ContainsSubstring("scripts/" + name));
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
  write_results(folder.path());
  const Outcome two = run_script("results", {"--seeds", "2", "--out", folder.path().string()});
  INFO(two.output);
  CHECK(two.exit_code == 0);
  CHECK_THAT(two.output, ContainsSubstring("| `train_mlp` | 98.50 % ± 0.71 | 2 | 2 s |") &&
                             ContainsSubstring("| `train_mlp --preset best` | 98.00 % | 1 | 2 s |") &&
                             ContainsSubstring("| `train_vae` | 101.50 nats ± 0.71 | 2 | 2 s |"));
}

TEST_CASE("scripts: results and records print the same where numbers have a comma", "[scripts]") {
  const TemporaryFolder folder;
  const std::string german = (folder / "de_DE.UTF-8").string();
  if (std::system(("localedef -i de_DE -f UTF-8 " + shell_word(german) + " 2>/dev/null").c_str()) != 0) {
    WARN("test skipped: no localedef, or no German for it");
    return;
  }
  const EnvironmentVariable where("LOCPATH", folder.path().string()), which("LC_ALL", "de_DE.UTF-8");
  REQUIRE(run("/bin/bash", {"-c", "printf %.1f 2,5"}).output == "2,5");
  write_results(folder.path());
  const Outcome results = run_script("results", {"--seeds", "2", "--out", folder.path().string()});
  INFO(results.output);
  CHECK(results.exit_code == 0);
  CHECK_THAT(results.output, ContainsSubstring("| `train_mlp` | 98.50 % ± 0.71 | 2 | 2 s |"));

  std::filesystem::create_directory(folder / "bin");
  std::ofstream(folder / "bin" / "cmake") << "#!/bin/sh\n";  // nothing is to be built
  std::filesystem::permissions(folder / "bin" / "cmake", std::filesystem::perms::owner_all);
  const EnvironmentVariable path("PATH", (folder / "bin").string() + ":" + std::getenv("PATH"));
  write_run(folder / "burda-vae", {{"test_nll", 86.76},
                                   {"test_nll_standard_error", 0.5},
                                   {"nll_samples", 5000},
                                   {"epochs", 3280},
                                   {"seconds_total", 12.25}});
  const Outcome records = run_script("records", {"--out", folder.path().string(), "burda-vae"});
  INFO(records.output);
  CHECK(records.exit_code == 0);
  CHECK(records.output == "burda-vae: test NLL 86.76 +- 0.50 nats, 5000 importance samples, 3280 epochs, 12 s\n");
}

TEST_CASE("scripts: fetch-data takes what is there, packed or not", "[scripts]") {
  const std::filesystem::path datasets = folder_with_mnist();
  if (datasets.empty()) return;
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
