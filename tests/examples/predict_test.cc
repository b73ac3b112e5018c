// predict as a user runs it. The models are untrained: how good they are is not the question here.

#include <algorithm>
#include <fstream>
#include <sstream>

#include "examples/support/image_description.h"
#include "tests/check.h"
#include "tests/examples/files.h"
#include "tests/examples/program_runner.h"

using namespace tandem;
using test::CommandLine;
using test::Files;
using test::operator+;
using test::Outcome;
using test::run;

TEST_CASE("predict: pictures, as JSON lines", "[programs]") {
  const Files files;
  const Outcome outcome = run("predict", {"--load", files.mlp, files.digit, files.digit, "--format", "jsonl"});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  std::istringstream lines(outcome.output);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto answer = nlohmann::json::parse(line);
    CHECK(answer["picture"] == files.digit);
    const auto p = answer["probabilities"].get<std::vector<double>>();
    REQUIRE(p.size() == 10);
    CHECK(answer["probability"] == *std::max_element(p.begin(), p.end()));
    CHECK(answer["probability"] == p[answer["label"]]);
    CHECK_FALSE(answer.contains("class"));  // digits have no names
  }
  CHECK(count == 2);
}

TEST_CASE("predict: an image of the test set, drawn, with the best classes", "[programs]") {
  const Files files;
  const Outcome outcome = run("predict", {"--load", files.mlp, "--data", "synthetic", "--index", "5", "--top", "3"});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, ContainsSubstring("test image 5: ") && ContainsSubstring("(in truth "));
  CHECK_THAT(outcome.output, ContainsSubstring("@@"));
  CHECK(std::count(outcome.output.begin(), outcome.output.end(), '%') >= 3);
  CHECK(outcome.output.find('\x1b') == std::string::npos);  // no colours into a file
}

TEST_CASE("predict: exit codes", "[programs]") {
  const Files files;
  const auto code = [](const std::vector<std::string>& arguments) { return run("predict", arguments).exit_code; };
  CHECK(code({"--help"}) == 0);
  CHECK(code({"--version"}) == 0);
  CHECK(code({files.digit}) == 2);
  CHECK(code({"--load", files.mlp}) == 2);
  CHECK(code({"--load", files.mlp, "--index", "1", files.digit}) == 2);
  CHECK(code({"--load", files.mlp, "--data", "synthetic", "--index", "2000"}) == 2);
  CHECK(code({"--load", files.mlp, ""}) == 2);
  CHECK(code({"--load", files.path("none"), files.digit}) == 3);
  CHECK(code({"--load", files.vae, files.digit}) == 3);
  CHECK(code({"--load", files.mlp, files.path("none.png")}) == 3);
  CHECK(code({"--load", files.mlp, files.mlp}) == 3);
  CHECK(code({"--load", files.mlp, "--index", "1", "--data-dir", files.path("none")}) == 3);

  const Outcome blank = run("predict", {"--load", files.mlp, files.blank});
  CHECK(blank.exit_code == 3);
  CHECK_THAT(blank.output, ContainsSubstring("blank.png") && ContainsSubstring("shows nothing"));
}

TEST_CASE("predict: output that cannot be written is no success", "[programs]") {
  const Files files;
  const std::string command = test::shell_word(TANDEM_BINARY_DIR "/bin/predict") + " --load " +
                              test::shell_word(files.mlp) + " " + test::shell_word(files.digit);
  CHECK(std::system((command + " > /dev/null").c_str()) == 0);
  CHECK(std::system((command + " > /dev/full 2> /dev/null").c_str()) != 0);

  // Nor is it hidden by a picture that cannot be read.
  const Outcome both = run("/bin/sh", {"-c", command + " " + test::shell_word(files.blank) + " > /dev/full"});
  CHECK(both.exit_code == 1);
  CHECK_THAT(both.output, ContainsSubstring("1 of 2 pictures were not read") &&
                              ContainsSubstring("standard output: not everything could be written"));
}

TEST_CASE("predict: a folder, as a table and as CSV", "[programs]") {
  const Files files;
  std::filesystem::create_directories(files / "scans");
  io::write_png(files / "scans/a,b.png", data::synthetic_digits(1).pixels[0].reshape({28, 28}));
  io::write_png(files / "scans/c.png", data::synthetic_digits(2).pixels[1].reshape({28, 28}));
  const std::string scans = files.path("scans");

  const Outcome table = run("predict", {"--load", files.mlp, scans, "--top", "2"});
  INFO(table.output);
  CHECK(table.exit_code == 0);
  CHECK(std::count(table.output.begin(), table.output.end(), '\n') == 2);
  CHECK(std::count(table.output.begin(), table.output.end(), '%') == 4);

  const Outcome csv = run("predict", {"--load", files.mlp, scans, "--format", "csv", "--top", "1"});
  CHECK(csv.exit_code == 0);
  CHECK(csv.output.starts_with("picture,class_1,probability_1\r\n\"" + scans + "/a,b.png\","));

  const Outcome top = run("predict", {"--load", files.mlp, scans, "--format", "jsonl", "--top", "2"});
  const auto line = nlohmann::json::parse(top.output.substr(0, top.output.find('\n')));
  REQUIRE(line["top"].size() == 2);
  CHECK(line["top"][0]["label"] == line["label"]);
  CHECK_FALSE((line.contains("probabilities") || line.contains("logits")));
  CHECK(line["top"][0]["probability"] >= line["top"][1]["probability"]);
}

TEST_CASE("predict: one of many that cannot be read does not keep the others from it", "[programs]") {
  const Files files;
  const Outcome outcome =
      run("predict", {"--load", files.mlp, files.blank, files.digit, files.path("none.png"), files.digit});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 3);
  CHECK_THAT(outcome.output, ContainsSubstring("blank.png") && ContainsSubstring("shows nothing"));
  CHECK_THAT(outcome.output, ContainsSubstring("none.png: no such file"));
  CHECK_THAT(outcome.output, ContainsSubstring("2 of 4 pictures were not read"));
  CHECK(std::count(outcome.output.begin(), outcome.output.end(), '%') == 6);

  std::filesystem::create_directory(files / "empty");
  const Outcome with_folder = run("predict", {"--load", files.mlp, files.path("empty"), files.digit});
  INFO(with_folder.output);
  CHECK(with_folder.exit_code == 3);
  CHECK_THAT(with_folder.output, ContainsSubstring("no picture in this folder") && ContainsSubstring("%"));
}

TEST_CASE("predict: a model that gives no numbers is refused, in every form", "[programs]") {
  const Files files;
  models::Mlp broken({.hidden = {8}});
  for (Tensor& parameter : broken.parameters()) parameter.mutable_data<float>()[0] = NAN;
  examples::save_model(files / "broken", broken, broken.architecture());
  const std::string format = GENERATE("drawing", "table", "csv", "jsonl");
  const CommandLine flags = {"--load", files.path("broken"), "--format", format};
  for (const CommandLine& pictures : {CommandLine{files.digit}, CommandLine{files.digit, files.digit}}) {
    const Outcome outcome = run("predict", flags + pictures);
    INFO(outcome.output);
    CHECK(outcome.exit_code == 3);
    CHECK_THAT(outcome.output, ContainsSubstring("broken: the model gives numbers that are not finite") &&
                                   !ContainsSubstring("were not read"));
  }
}

TEST_CASE("predict: a judge of another dataset is used with a warning", "[programs]") {
  const Files files;
  const auto save = [&](const char* name, const nn::Module& model, models::Architecture metadata,
                        const std::string& data) {
    examples::ImageDescription{{28, 28, 1}, false, {}, data}.add_to(metadata);
    metadata["log_likelihood_of_99_percent"] = "-100";
    examples::save_model(files / name, model, metadata);
  };
  const models::Mlp classifier({.hidden = {8}});
  const models::Vae autoencoder({.encoder = {8}, .decoder = {8}, .latent = 3});
  save("mlp", classifier, classifier.architecture(), "mnist");
  save("same", autoencoder, autoencoder.architecture(), "mnist");
  save("other", autoencoder, autoencoder.architecture(), "fashion");
  const auto judged_by = [&](const std::string& judge) {
    const Outcome outcome = run("predict", {"--load", files.path("mlp"), "--judge", files.path(judge), files.digit});
    CHECK(outcome.exit_code == 0);
    return outcome.output;
  };
  CHECK_THAT(judged_by("same"), !ContainsSubstring("warning"));
  CHECK_THAT(judged_by("other"), ContainsSubstring("other was trained on \"fashion\"") &&
                                     ContainsSubstring("mlp on \"mnist\"") && ContainsSubstring("nats"));
}

TEST_CASE("predict: pictures of other kinds in a folder are named, not passed over", "[programs]") {
  const Files files;
  std::filesystem::create_directories(files / "scans/more");
  for (const char* name : {"scans/b.WEBP", "scans/more/a.tiff", "scans/.hidden.webp", "scans/notes.txt"})
    std::ofstream(files / name) << "x";
  const std::string scans = files.path("scans");
  const Outcome none = run("predict", {"--load", files.mlp, scans});
  CHECK(none.exit_code == 3);
  CHECK_THAT(none.output, ContainsSubstring("PNG, JPEG, BMP, GIF and TGA are read") &&
                              ContainsSubstring("2 of 2 pictures were not read"));
  std::filesystem::copy_file(files.digit, files / "scans/c.png");
  const Outcome some = run("predict", {"--load", files.mlp, scans});
  INFO(some.output);
  CHECK(some.exit_code == 3);
  CHECK_THAT(some.output, ContainsSubstring("b.WEBP: not a picture") && ContainsSubstring("a.tiff: not a picture") &&
                              ContainsSubstring("2 of 3 pictures were not read") && ContainsSubstring("c.png"));
}

TEST_CASE("predict: standard input is no picture, and --help gives no default that is none", "[programs]") {
  const Files files;
  const Outcome outcome = run("predict", {"--load", files.mlp, "-"});
  CHECK(outcome.exit_code == 2);
  CHECK_THAT(outcome.output, ContainsSubstring("standard input is not read"));
  const std::string help = run("predict", {"--help"}).output;
  const std::size_t top = help.find("--top");
  REQUIRE(top != std::string::npos);
  CHECK_THAT(help.substr(top, help.find('\n', top) - top), !ContainsSubstring("=0"));
}

TEST_CASE("predict: CSV has its header even without a line", "[programs]") {
  const Files files;
  const Outcome outcome = run("predict", {"--load", files.mlp, files.blank, files.blank, "--format", "csv"});
  CHECK(outcome.exit_code == 3);
  CHECK_THAT(outcome.output, ContainsSubstring("picture,class_1,probability_1,class_2,probability_2,class_3,"
                                               "probability_3\r\n"));
}

TEST_CASE("predict: a file's name cannot command the terminal", "[programs]") {
  const Files files;
  const std::string name = files.path("a\x1b[31mred\nb.png");
  std::filesystem::copy_file(files.digit, name);
  const std::string format = GENERATE("table", "drawing");
  const Outcome outcome = run("predict", {"--load", files.mlp, "--format", format, name});
  CHECK(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, ContainsSubstring("a?[31mred?b.png"));
}
