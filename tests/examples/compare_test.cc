// `compare` as a user runs it, on digits that our own code draws: what the report and the page hold, that
// they repeat, and that a run that was stopped goes on.

#include <fstream>

#include "autograd/create.h"
#include "autograd/sanitizer.h"
#include "nn/io/image.h"
#include "tests/catch.h"
#include "tests/examples/program_runner.h"
#include "tests/text.h"

using namespace tandem::test;
using nlohmann::json;

namespace {

CommandLine small(const std::filesystem::path& out, const CommandLine& further = {}) {
  return CommandLine{"--quick", "--data", "synthetic", "--limit", "400", "--out", out.string()} + further;
}

/// The report without what a machine may decide: everything whose name begins with "seconds".
[[maybe_unused]] json without_times(const json& report) {
  if (!report.is_object()) return report;
  json rest;
  for (const auto& [key, value] : report.items())
    if (!key.starts_with("seconds")) rest[key] = without_times(value);
  return rest;
}

[[maybe_unused]] void check_share(const json& value) {
  CHECK(value.get<double>() >= 0);
  CHECK(value.get<double>() <= 1);
}

}  // namespace

#if !defined(TANDEM_ADDRESS_SANITIZER)  // one run takes minutes there; the tests of its parts run
TEST_CASE("compare: the report, the page, other threads, and resuming", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run\x1b[31m";
  const Outcome outcome = run("compare", small(out, {"--threads", "1"}));
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, ContainsSubstring("run?[31m/report.html") && !ContainsSubstring("\x1b"));
  CHECK(std::filesystem::exists(out / "DONE"));

  const json report = read_json(out / "report.json");
  CHECK(report["mode"] == "quick");
  for (const char* model : {"mlp", "conditional_vae", "naive_bayes", "logistic_regression"}) {
    INFO(model);
    const json& figures = report["classification"][model];
    check_share(figures["test_error"]);
    CHECK(figures["test_error"] < 0.6);  // chance is 0.9
    CHECK(figures["test_error_interval"][0] < figures["test_error"]);
    CHECK(figures["test_error"] < figures["test_error_interval"][1]);
    for (const char* key : {"nll", "brier", "ece", "temperature"}) CHECK(figures[key] > 0);
  }
  const json& generation = report["generation"];
  CHECK(generation["elbo"] < 0);
  CHECK(-generation["nll"].get<double>() >= generation["elbo"].get<double>());
  CHECK(generation["nll_samples"] == 50);
  check_share(generation["judge_agreement"]);
  CHECK(generation["frechet_floor"] < generation["frechet_distance"]);
  CHECK(generation["frechet_distance"] < generation["frechet_ceiling"]);
  for (const char* direction : {"synthetic_to_inverted", "inverted_to_synthetic"}) {
    const json& figures = report["out_of_distribution"][direction];
    for (const char* key : {"likelihood_auroc", "best_auroc"}) check_share(figures[key]);
    CHECK(figures["auroc"][figures["best_score"].get<std::string>()] == figures["best_auroc"]);
  }
  const json& kinds = report["out_of_distribution"]["kinds"];
  CHECK(kinds.contains("inverted"));
  CHECK_FALSE(kinds.contains("inverted synthetic"));  // the same once more
  CHECK(report["seconds_total"] > 0);

  const std::string page = read_bytes(out / "report.html");
  for (const char* title : {"Two ways to learn", "Telling classes apart", "Making images", "How likely is this?",
                            "Few labels", "Bias in, bias out", "What it costs", "Across the border"})
    CHECK_THAT(page, ContainsSubstring(title));
  for (const char* explained : {"Precision is the share of samples", "Recall is the share of real images",
                                "after 150 steps of training each", "what the MLP takes for another class"})
    CHECK_THAT(page, ContainsSubstring(explained));
  for (const char* hyphen_for_minus : {">-", "ELBO -", " to -"})
    CHECK(page.find(hyphen_for_minus) == std::string::npos);
  for (const char* outside :
       {"http:", "https:", "src=\"/", "url(", "@import", "<script", " nan", ">nan", "\"nan", "src=\"pictures"})
    CHECK(page.find(outside) == std::string::npos);

  const Outcome again = run("compare", small(folder / "again", {"--threads", "2", "--quiet"}));
  CHECK(again.output.empty());
  REQUIRE(again.exit_code == 0);
  CHECK(without_times(read_json(folder / "again/report.json")) == without_times(report));

  for (const char* lost : {"sections/bias.json", "models/skewed_mlp.safetensors", "report.json", "DONE"})
    CHECK(std::filesystem::remove(out / lost));
  const Outcome resumed = run("compare", small(out, {"--resume"}));
  INFO(resumed.output);
  REQUIRE(resumed.exit_code == 0);
  CHECK_THAT(resumed.output, ContainsSubstring("train vae                        kept"));
  CHECK(without_times(read_json(out / "report.json")) == without_times(report));

  const Outcome other = run("compare", small(out, {"--resume", "--seed", "2"}));
  CHECK(other.exit_code == 2);
  CHECK_THAT(other.output, ContainsSubstring("begun with other settings"));
}

TEST_CASE("compare: the page in a browser", "[programs]") {
  const std::string check_page = shell_word(TANDEM_SOURCE_DIR "/tests/examples/check_page");
  if (WEXITSTATUS(std::system(check_page.c_str())) == 77) {
    WARN("test skipped: no Chromium");
    return;
  }
  const TemporaryFolder folder;
  const Outcome outcome = run("compare", small(folder / "run"));
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  CHECK(std::system((check_page + " " + shell_word((folder / "run/report.html").string())).c_str()) == 0);
}
#endif

TEST_CASE("compare: files of others in the folder stay", "[programs]") {
  const TemporaryFolder folder;
  const auto mine = folder / "run/models/mine.txt";
  std::filesystem::create_directories(mine.parent_path());
  std::ofstream(mine) << "mine";
  // Bad data ends the run after the folder was taken.
  CHECK(run("compare", {"--data-dir", (folder / "nowhere").string(), "--out", (folder / "run").string()}).exit_code ==
        3);
  CHECK(read_bytes(mine) == "mine");
}

TEST_CASE("compare: pictures of a folder, in the size and colour of the flags", "[programs]") {
  const TemporaryFolder folder;
  for (int i = 0; i < 300; ++i) {
    const auto kind = folder / (i % 2 == 0 ? "pictures/cats" : "pictures/dogs");
    std::filesystem::create_directories(kind);
    tandem::io::write_png(kind / (std::to_string(i) + ".png"), tandem::full({9, 9}, i % 256, tandem::DType::uint8));
  }
  const auto config = folder / "run/config.json";
  const RunningProgram comparison(
      "compare", {"--quick", "--data", (folder / "pictures").string(), "--data-dir", (folder / "data").string(),
                  "--image-size", "8x6", "--color", "gray", "--out", (folder / "run").string()});
  wait_until([&] { return std::filesystem::exists(config); });  // then the training begins, which is another test's
  CHECK_THAT(std::string(read_json(config)["images"]), ContainsSubstring(" of 8 x 6 x 1, 2 classes"));
}

TEST_CASE("compare: the settings are printed without the control characters of a path", "[programs]") {
  const TemporaryFolder folder;
  const Outcome outcome = run("compare", {"--data", (folder / "none\x1b[31m").string(), "--out", folder / "run"});
  CHECK(outcome.exit_code == 3);
  CHECK_THAT(outcome.output, ContainsSubstring("none?[31m") && !ContainsSubstring("\x1b"));
}

TEST_CASE("compare: --validation tests on training images that are held out", "[programs]") {
  const TemporaryFolder folder;
  const Outcome outcome = run("compare", small(folder / "run", {"--validation", "30"}));
  CHECK(outcome.exit_code == 2);
  CHECK_THAT(outcome.output, ContainsSubstring("30 test images are too few"));
}

TEST_CASE("compare: it is quick or long, not both", "[programs]") {
  const TemporaryFolder folder;
  CHECK(run("compare", small(folder / "run", {"--preset", "long"})).exit_code == 2);
}

TEST_CASE("compare: shares of classes that make no sense are refused", "[programs]") {
  const TemporaryFolder folder;
  for (const char* weights :
       {"3", "3=", "3=0", "10=0.5", "3=0.5x", "3=2", "3=0.5,", ",3=0.5", "x=0.5", "-1=0.5", "3=0.5,3=0.1"}) {
    INFO(weights);
    CHECK(run("compare", small(folder / "run", {"--class-weights", weights})).exit_code == 2);
  }
}
