// Flags that the programs share, as CLI11 reads them.

#include "examples/support/flags.h"

#include <CLI/CLI.hpp>
#include <functional>

#include "nn/activation.h"
#include "tests/catch.h"
#include "tests/examples/program_runner.h"

using namespace tandem;
using examples::whole_number_from;

namespace {

/// What is wrong with the flag's text; empty if nothing is.
std::string problem_with(const std::function<void(CLI::App&)>& add, const std::string& flag, const std::string& text) {
  CLI::App app;
  add(app);
  try {
    app.parse(std::vector<std::string>{text, flag});  // CLI11 takes them from the end
  } catch (const CLI::ParseError& e) {
    return e.what();
  }
  return {};
}

}  // namespace

TEST_CASE("flags: whole numbers are decimal", "[programs]") {
  int epochs = 0;
  const auto problem = [&](const std::string& text) {
    const auto add = [&](CLI::App& app) { app.add_option("--epochs", epochs)->check(whole_number_from(0, 100)); };
    return problem_with(add, "--epochs", text);
  };
  CHECK(problem("100").empty());
  CHECK(epochs == 100);
  CHECK(problem("0").empty());
  CHECK_THAT(problem("010"), ContainsSubstring("--epochs: 010 is not a whole number from 0 to 100: leave out the 0"));
  CHECK_THAT(problem("0x1"), ContainsSubstring("--epochs: 0x1 is not a") && !ContainsSubstring("leave out"));
  for (const char* text : {"0x2", "101", "-1", "+1", "1.0", "1e1", "", " 1", "99999999999999999999999"})
    CHECK_THAT(problem(text), ContainsSubstring("--epochs"));
}

TEST_CASE("flags: --help gives the range", "[programs]") {
  CLI::App app;
  double share = 0.5;
  int parts = 4;
  std::uint64_t seed = 7;
  app.add_option("--share", share, "")->check(examples::number_from(0, 0.99));
  app.add_option("--parts", parts, "")->check(whole_number_from(1, 8));
  examples::add_seed(app, seed, "");
  for (const char* shown : {"FLOAT:[0 to 0.99]", "INT:[1 to 8]", "UINT:[at least 0]"})
    CHECK_THAT(app.help(), ContainsSubstring(shown));
}

TEST_CASE("flags: a seed is any number of 64 bits, and no other", "[programs]") {
  std::uint64_t seed = 1;
  const auto problem = [&](const std::string& text) {
    return problem_with([&](CLI::App& app) { examples::add_seed(app, seed, "of all"); }, "--seed", text);
  };
  CHECK(problem("18446744073709551615").empty());
  CHECK(seed == 18446744073709551615u);
  for (const char* text : {"-1", "18446744073709551616", "99999999999999999999999", "0x10", "1e3"}) {
    const std::string said = problem(text);
    CHECK_THAT(said, ContainsSubstring(std::string(text) + " is not a whole number from 0 to 18446744073709551615"));
    CHECK(said.size() < 150);
  }
}

TEST_CASE("flags: widths stand between commas, each of them", "[programs]") {
  std::vector<Index> hidden = {512, 256};
  const auto add = [&](CLI::App& app) { examples::add_extents(app, "--hidden", hidden, "widths"); };
  CLI::App app;
  add(app);
  CHECK_THAT(app.help(), ContainsSubstring("N,N,...=512,256"));
  CHECK(problem_with(add, "--hidden", "8,16").empty());
  CHECK(hidden == std::vector<Index>{8, 16});
  for (const char* text : {"8,,8", ",8", "8,", "", "0", "8,010", "8;8", "1048577"})
    CHECK_THAT(problem_with(add, "--hidden", text), ContainsSubstring("--hidden"));
  CHECK_THAT(problem_with(add, "--hidden", "8,,8"), ContainsSubstring("\"\" is not a whole number from 1"));
}

TEST_CASE("flags: every activation can be named", "[programs]") {
  std::string activation = "relu";
  const auto add = [&](CLI::App& app) { examples::add_activation(app, activation); };
  CHECK(nn::activation_names().size() == 8);
  for (const std::string_view name : nn::activation_names())
    CHECK(problem_with(add, "--activation", std::string(name)).empty());
  CHECK(activation == "softplus");
  CHECK_THAT(problem_with(add, "--activation", "step"), ContainsSubstring("relu,leaky_relu"));
}

TEST_CASE("flags: --help names the variable behind --data-dir", "[programs]") {
  for (const char* program : {"train_mlp", "train_vae", "train_semi_supervised", "predict", "sample"})
    CHECK_THAT(test::run(program, {"--help"}).output, ContainsSubstring("(Env:TANDEM_DATA)"));
}

TEST_CASE("flags: programs refuse seeds below 0", "[programs]") {
  for (const char* program : {"custom_layer", "train_mlp"}) {
    const test::Outcome outcome = test::run(program, {"--seed", "-1"});
    CHECK(outcome.exit_code == 2);
    CHECK_THAT(outcome.output, ContainsSubstring("--seed"));
  }
}
