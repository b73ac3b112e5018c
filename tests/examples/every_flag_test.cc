// No flag without a test: what a program's --help shows is used in the tests of that program.

#include <regex>
#include <set>

#include "tests/catch.h"
#include "tests/examples/program_runner.h"
#include "tests/text.h"

using namespace tandem::test;

namespace {

std::set<std::string> matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

/// Those that were built; the flags of bench_ops are Google Benchmark's.
std::set<std::string> programs() {
  std::set<std::string> names;
  for (const char* folder : {"examples", "benchmarks"})
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(TANDEM_SOURCE_DIR) / folder))
      if (const std::string name = entry.path().stem().string();
          entry.path().extension() == ".cc" && name != "bench_ops" &&
          std::filesystem::exists(std::filesystem::path(TANDEM_BINARY_DIR "/bin") / name))
        names.insert(name);
  return names;
}

/// Of a program and of its subcommands.
std::string help_of(const std::string& program) {
  std::string help = run(program, {"--help"}).output;
  for (const std::string& subcommand : matches(help, "\n  ([a-z]+) "))
    help += run(program, {subcommand, "--help"}).output;
  return help;
}

/// But for those that every program has.
std::set<std::string> flags_of(const std::string& program) {
  std::set<std::string> flags = matches(help_of(program), "(--[a-z-]+)");
  for (const char* of_all : {"--help", "--version"}) CHECK(flags.erase(of_all) == 1);
  return flags;
}

std::vector<std::string> sources_of_tests() {
  std::vector<std::string> texts;
  for (const char* folder : {"examples", "benchmarks"})
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::filesystem::path(TANDEM_SOURCE_DIR "/tests") / folder))
      if (entry.path().extension() == ".cc") texts.push_back(read_bytes(entry.path()));
  return texts;
}

}  // namespace

TEST_CASE("flags: each has a test", "[programs]") {
  const std::vector<std::string> tests = sources_of_tests();
  std::size_t count = 0;
  for (const std::string& program : programs())
    for (const std::string& flag : flags_of(program)) {
      ++count;
      // As a word of a command line, "--flag" or "--flag=...", in a file that runs the program.
      const std::string word = "\"" + flag;
      if (std::none_of(tests.begin(), tests.end(), [&](const std::string& test) {
            return test.find('"' + program + '"') != std::string::npos &&
                   (test.find(word + '"') != std::string::npos || test.find(word + '=') != std::string::npos);
          }))
        FAIL_CHECK(program << " " << flag << " is in no test");
    }
  CHECK(count > 100);
}

TEST_CASE("flags: no --help shows a default that is nothing", "[programs]") {
  for (const std::string& program : programs()) CHECK_THAT(help_of(program), !ContainsSubstring("=[]"));
}

TEST_CASE("flags: every program has --version", "[programs]") {
  for (const std::string& program : programs()) {
    const Outcome outcome = run(program, {"--version"});
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.output.starts_with("tandem "));
  }
}
