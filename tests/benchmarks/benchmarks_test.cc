// The benchmarks as a user runs them, each for a moment: what they print, and never how fast anything was.

#include <regex>
#include <set>

#include "tests/catch.h"
#include "tests/examples/program_runner.h"
#include "tests/text.h"

using namespace tandem::test;
using nlohmann::json;

namespace {

/// The lines of JSON that bench_train prints of the shortest run.
std::vector<json> measure(const CommandLine& flags) {
  const Outcome outcome = run("bench_train", CommandLine{"--data", "synthetic", "--epochs", "1"} + flags);
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  return json_lines(outcome.output);
}

void check_seconds(const json& timing) {
  CHECK(timing.at("seconds_min") > 0);
  CHECK(timing.at("seconds_median") >= timing.at("seconds_min"));
  CHECK(timing.at("seconds_max") >= timing.at("seconds_median"));
}

/// The lines of a table that `pattern` matches as a whole.
std::ptrdiff_t lines_like(const std::string& text, const std::string& pattern) {
  const std::regex line("(^|\n)" + pattern + "(?=\n)");
  return std::distance(std::sregex_iterator(text.begin(), text.end(), line), std::sregex_iterator());
}

}  // namespace

TEST_CASE("bench_train: a line of JSON has what tables are made of", "[benchmarks]") {
  const json line = measure({"--workload", "w1", "--threads", "1"}).at(0);
  CHECK(line.at("workload") == "w1");
  CHECK(line.at("threads") == 1);
  CHECK(line.at("batch") == 128);
  CHECK(line.at("epochs") == 1);
  check_seconds(line);
  for (const char* key : {"gflops", "final_loss", "limit_gflops"}) CHECK(line.at(key) > 0);
  CHECK(line.at("exchange_nanoseconds") == 0);  // there is no other thread
  CHECK(line.at("rewrite_nanoseconds") == 0);
  const json& eigen = line.at("products").at("eigen");
  check_seconds(eigen);
  CHECK(eigen.at("ratio_median") > 0);
}

TEST_CASE("bench_train: flags decide what is trained, on what and beside what", "[benchmarks]") {
  const CommandLine common = {"--workload", "w1", "--threads", "1", "--alone"};
  const json usual = measure(common).at(0);
  CHECK_FALSE(usual.contains("products"));
  CHECK(measure(common).at(0).at("final_loss") == usual.at("final_loss"));
  const json larger = measure(common + CommandLine{"--batch-size", "500"}).at(0);
  CHECK(larger.at("batch") == 500);
  CHECK(larger.at("final_loss") != usual.at("final_loss"));
  CHECK(measure(common + CommandLine{"--dense"}).at(0).at("final_loss") != usual.at("final_loss"));
}

TEST_CASE("bench_train: inference, a tiny net, and the start of a program", "[benchmarks]") {
  const auto inference = measure({"--workload", "w4a,w4b", "--threads", "1"});
  REQUIRE(inference.size() == 2);
  CHECK(inference[0].at("batch") == 1);
  CHECK(inference[1].at("batch") == 1024);
  for (const json& line : inference) {
    check_seconds(line);
    CHECK_THAT(double(line.at("images_per_second")) * double(line.at("seconds_median")),
               WithinRel(double(line.at("batch")), 1e-9));
  }
  const auto tiny = measure({"--workload", "tiny", "--threads", "1,2"});
  REQUIRE(tiny.size() == 2);
  CHECK(tiny[0].at("threads") == 1);
  CHECK(tiny[1].at("threads") == 2);
  const json start = measure({"--workload", "w5"}).at(0);
  CHECK(start.at("threads") == 1);
  CHECK(start.at("seconds_to_first_step") > 0);
  CHECK(start.at("peak_memory_bytes") > 10'000'000);  // of the images alone
}

TEST_CASE("bench_gemm: all libraries come to the same products", "[benchmarks]") {
  const Outcome outcome =
      run("bench_gemm", {"--workload", "w1", "--threads", "1", "--rounds", "1", "--batch-size", "16"});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, ContainsSubstring("w1, batch 16, 1 thread: ") && ContainsSubstring(" portable "));
  CHECK_THAT(outcome.output, ContainsSubstring("784-128 forward    16 x  128 x  784 "));
  CHECK(lines_like(outcome.output, "(784-128|128-10) .* % +(0e[+]00|[1-9]e-0[6-9])") == 5);

  const Outcome chosen = run("bench_gemm", {"--workload", "w1", "--threads", "1", "--rounds", "1", "--batch-size", "16",
                                            "--libraries", "portable,eigen"});
  INFO(chosen.output);
  CHECK(lines_like(chosen.output, "product +m x n x k +limit +portable +eigen +difference") == 1);
}

TEST_CASE("bench_scaling: a table, and a page of charts", "[benchmarks]") {
  const TemporaryFolder folder;
  const Outcome outcome =
      run("bench_scaling", {"--rounds", "1", "--threads", "1", "--plot", (folder / "page.html").string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK(lines_like(outcome.output, R"(\| \d+ \| \d+ \| \d+ \| 1 \| [\d.]+ \| \d+ \| \d+ % \| [\d.]+ \|)") == 8 + 7 + 6);
  const std::string page = read_bytes(folder / "page.html");
  for (const char* size : {"batch", "width", "depth"})
    CHECK_THAT(page, ContainsSubstring(std::string("Share of the limit by ") + size));
}

TEST_CASE("bench_ops: runs what is asked for", "[benchmarks]") {
  if (!std::filesystem::exists(TANDEM_BINARY_DIR "/bin/bench_ops")) {
    WARN("test skipped: no Google Benchmark");
    return;
  }
  const TemporaryFolder folder;
  const auto out = folder / "lines.json";
  const Outcome outcome = run("bench_ops", {"--benchmark_filter=^(relu|sgd)", "--benchmark_min_time=0.0001",
                                            "--benchmark_out=" + out.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  std::set<std::string> names;
  const json report = read_json(out);
  for (const json& line : report.at("benchmarks")) names.insert(line.at("name"));
  CHECK(names == std::set<std::string>{"relu/128/512", "relu/1024/784", "relu+gradient/128/512",
                                       "relu+gradient/1024/784", "sgd/669706"});
  CHECK(run("bench_ops", {"--no-such-flag"}).exit_code == 2);
}

TEST_CASE("benchmarks: bad flags end with code 2, missing data with 3", "[benchmarks]") {
  const auto [program, flags, text] = GENERATE(table<std::string, CommandLine, std::string>({
      {"bench_train", {"--workload", "w6"}, "--workload: w6"},
      {"bench_train", {"--workload", "w5,w1"}, "it is measured alone"},
      {"bench_train", {"--workload", "w5", "--threads", "1,2"}, "it is measured alone"},
      {"bench_train", {"--threads", "0"}, "--threads: 0"},
      {"bench_train", {"--epochs", "0"}, "--epochs: 0"},
      {"bench_train", {"--batch-size", "1e3"}, "--batch-size: 1e3"},
      {"bench_gemm", {"--threads", "1,x"}, "--threads: x"},
      {"bench_gemm", {"--rounds", "0"}, "--rounds: 0"},
      {"bench_gemm", {"--libraries", "mkl"}, "--libraries: mkl"},
      {"bench_scaling", {"--rounds", "-1"}, "--rounds: -1"},
      {"bench_scaling", {"--no-such-flag"}, "--no-such-flag"},
  }));
  const Outcome outcome = run(program, flags);
  CAPTURE(program, outcome.output);
  CHECK(outcome.exit_code == 2);
  CHECK_THAT(outcome.output, ContainsSubstring(text));
  const TemporaryFolder folder;
  CHECK(run("bench_train", {"--workload", "w1", "--data-dir", (folder / "nowhere").string()}).exit_code == 3);
}
