// sample as a user runs it. The models are untrained: how good they are is not the question here.

#include <fstream>

#include "tests/catch.h"
#include "tests/check.h"
#include "tests/examples/files.h"
#include "tests/examples/program_runner.h"

using namespace tandem;
using test::CommandLine;
using test::Files;
using test::Outcome;
using test::run;
using test::operator+;

TEST_CASE("predict, sample: from folders of pictures to new pictures", "[programs]") {
  const Files files;
  for (int i = 0; i < 40; ++i) {  // red suns and blue skies
    const bool sun = i % 2 == 0;
    Tensor picture = full({20, 24, 3}, 255, DType::uint8);
    for (Index pixel = 0; pixel < 20 * 24; ++pixel)
      for (Index c = 0; c < 3; ++c)
        picture.mutable_data<std::uint8_t>()[pixel * 3 + c] =
            static_cast<std::uint8_t>(c == (sun ? 0 : 2) ? 200 + i : i);
    std::filesystem::create_directories(files / (sun ? "sights/sun" : "sights/sky"));
    io::write_png(files / ((sun ? "sights/sun/" : "sights/sky/") + std::to_string(i) + ".png"), picture);
  }
  std::ofstream(files / "sights/sky/broken.png") << "no picture";
  const std::string sights = files.path("sights"), mlp = files.path("mlp"), vae = files.path("vae");
  const test::CommandLine common = {"--data", sights,     "--data-dir", files.path("data"), "--image-size",
                                    "8x6",    "--hidden", "16",         "--batch-size",     "8"};

  const Outcome trained = run("train_mlp", common + test::CommandLine{"--epochs", "30", "--lr", "0.01", "--out", mlp});
  INFO(trained.output);
  REQUIRE(trained.exit_code == 0);
  CHECK_THAT(trained.output, ContainsSubstring("broken.png") && ContainsSubstring("skipped 1 of 41 pictures"));
  CHECK(test::read_json(files / "mlp/summary.json")["test_accuracy"] == 1);
  CHECK(run("train_vae", common + test::CommandLine{"--epochs", "30", "--latent-dim", "2", "--out", vae}).exit_code ==
        0);
  CHECK(io::read_image(files / "vae/sample_001.png", 3).shape() == Shape{8 * 10 + 2, 8 * 8 + 2, 3});

  const std::string sun = sights + "/sun/0.png";
  io::write_png(files / "black.png", zeros({9, 9}, DType::uint8));
  const Outcome outcome = run("predict", {"--load", mlp + "/model.safetensors", "--judge", vae + "/model.safetensors",
                                          sun, files.path("black.png"), "--format", "jsonl"});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  const std::size_t end = outcome.output.find('\n');
  const auto familiar = nlohmann::json::parse(outcome.output.substr(0, end)),
             strange = nlohmann::json::parse(outcome.output.substr(end + 1));
  CHECK(familiar["class"] == "sun");
  CHECK(familiar["unfamiliar"] == false);
  CHECK(strange["unfamiliar"] == true);

  CHECK(run("sample", {"--load", vae + "/model.safetensors", "--count", "1", "--separate", "--out", files.path("new")})
            .exit_code == 0);
  CHECK(io::read_image(files / "new/sample_0000.png", 3).shape() == Shape{8, 6, 3});

  const CommandLine of_the_test_set = {"--load",     mlp + "/model.safetensors", "--data",  sights,
                                       "--data-dir", files.path("data"),         "--index", "0"};
  CHECK_THAT(run("predict", of_the_test_set).output, ContainsSubstring("skipped 1 of 41 pictures"));

  const auto code = [&](const test::CommandLine& arguments) { return run("train_mlp", arguments).exit_code; };
  CHECK(code({"--data", sights + "/sky", "--data-dir", files.path("data"), "--out", files.path("none")}) ==
        2);  // no classes
  CHECK(code({"--data", "synthetic", "--color", "gray", "--out", files.path("none")}) == 2);
  for (const char* size : {"8", "8x", "0x8", "8x5000", "8x8x8", "-8x8"})
    CHECK(code({"--data", sights, "--image-size", size}) == 2);
  CHECK(run("predict", {"--load", files.mlp, "--judge", vae + "/model.safetensors", files.digit}).exit_code == 3);
  CHECK(run("predict", {"--load", files.mlp, "--judge", files.vae, files.digit}).exit_code == 3);
}

TEST_CASE("sample: new images, in one grid or one by one", "[programs]") {
  const Files files;
  const std::string grid = files.path("grid"), separate = files.path("separate");
  CHECK(run("sample", {"--load", files.vae, "--out", grid, "--count", "9"}).exit_code == 0);
  CHECK(io::read_image(grid + "/samples.png").shape() == Shape{3 * 30 + 2, 3 * 30 + 2});

  CHECK(run("sample", {"--load", files.vae, "--out", separate, "--count", "2", "--separate", "--binary"}).exit_code ==
        0);
  const Tensor drawn = io::read_image(separate + "/sample_0001.png");
  REQUIRE(drawn.shape() == Shape{28, 28});
  for (const std::uint8_t pixel : drawn.to_vector<std::uint8_t>()) CHECK((pixel == 0 || pixel == 255));
}

TEST_CASE("sample: fewer images than there were before are pointed out", "[programs]") {
  const Files files;
  const auto draw = [&](const char* count) {
    return run("sample", {"--load", files.vae, "--out", files.path("out"), "--count", count, "--separate"}).output;
  };
  CHECK_THAT(draw("7"), !ContainsSubstring("before"));
  CHECK_THAT(draw("3"),
             ContainsSubstring("3 files") && ContainsSubstring("4 with higher numbers were there before, and stay"));
  CHECK(std::filesystem::exists(files / "out/sample_0002.png"));
  CHECK(std::filesystem::exists(files / "out/sample_0006.png"));
}

TEST_CASE("sample: paths are printed without their control characters", "[programs]") {
  const Files files;
  for (const char* flag : {"--manifold", "--separate"}) {
    const Outcome outcome = run("sample", {"--load", files.vae, "--out", files.path("a\x1b[31mred"), flag});
    CHECK(outcome.exit_code == 0);
    CHECK_THAT(outcome.output, ContainsSubstring("a?[31mred/") && !ContainsSubstring("\x1b"));
  }
}

TEST_CASE("sample: the seed decides", "[programs]") {
  const Files files;
  const auto picture = [&](const std::string& seed) {
    const std::string out = files.path("seed" + seed);
    CHECK(run("sample", {"--load", files.vae, "--out", out, "--count", "4", "--seed", seed, "--binary"}).exit_code ==
          0);
    return io::read_image(out + "/samples.png").to_vector<std::uint8_t>();
  };
  const auto first = picture("1");
  CHECK(picture("1") == first);
  CHECK(picture("2") != first);
}

TEST_CASE("sample: walks and the map of the latent space", "[programs]") {
  const Files files;
  const std::string out = files.path("out");
  CHECK(run("sample", {"--load", files.vae, "--out", out, "--interpolate", "random", "--steps", "5", "--manifold"})
            .exit_code == 0);
  CHECK(io::read_image(out + "/interpolation.png").shape() == Shape{32, 5 * 30 + 2});
  CHECK(io::read_image(out + "/manifold.png").shape() == Shape{20 * 28, 20 * 28});

  CHECK(run("sample", {"--load", files.vae, "--out", out, "--data", "synthetic", "--interpolate", "3,14"}).exit_code ==
        0);
  const Tensor walk = io::read_image(out + "/interpolation.png");
  REQUIRE(walk.shape() == Shape{32, 12 * 30 + 2});
  CHECK_FALSE(std::filesystem::exists(out + "/samples.png"));
}

TEST_CASE("sample: exit codes", "[programs]") {
  const Files files;
  const std::string out = files.path("never");
  const auto code = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--out", out});
    return run("sample", arguments).exit_code;
  };
  CHECK(code({}) == 2);
  CHECK(code({"--load", files.vae, "--count", "0"}) == 2);
  CHECK(code({"--load", files.vae, "--manifold", "--count", "5"}) == 2);
  CHECK(code({"--load", files.vae, "--steps", "5"}) == 2);
  CHECK(code({"--load", files.vae, "--manifold", "--separate"}) == 2);
  CHECK(code({"--load", files.vae, "--interpolate", "random", "--separate"}) == 2);
  CHECK(code({"--load", files.vae, "--data", "synthetic"}) == 2);
  CHECK(code({"--load", files.vae, "--data", "synthetic", "--interpolate", "random"}) == 2);
  CHECK(code({"--load", files.vae, "--interpolate", ""}) == 2);
  CHECK(code({"--load", files.mlp}) == 3);
  for (const char* pair : {"3", "3,", ",3", "a,b", "1,2,3", "0,2000", "-1,2", "99999999999999999999,1"})
    CHECK(code({"--load", files.vae, "--data", "synthetic", "--interpolate", pair}) == 2);
  CHECK_FALSE(std::filesystem::exists(out));
}
