// Programs whose standard streams are full or closed.

#include <sys/wait.h>

#include "tests/catch.h"
#include "tests/examples/training.h"
#include "tests/text.h"

using namespace tandem::test;

namespace {

int exit_code_of_shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int exit_code_of(const std::string& program, const std::string& rest) {
  return exit_code_of_shell(shell_word(TANDEM_BINARY_DIR "/bin/" + program) + " " + rest);
}

/// small_mlp and a folder to train into.
std::string flags_of_small_mlp(const std::filesystem::path& out) {
  std::string flags = "--out " + shell_word(out.string());
  for (const std::string& flag : small_mlp) flags += " " + shell_word(flag);
  return flags;
}

}  // namespace

TEST_CASE("streams: where standard error cannot be written, exit codes stay", "[programs]") {
  const TemporaryFolder folder;
  const std::string lost = GENERATE("2> /dev/full", "2>&-");
  const std::string nowhere = shell_word((folder / "nowhere").string());
  INFO(lost);
  CHECK(exit_code_of("train_mlp", "--momentum 0.5 --out " + nowhere + " " + lost) == 2);
  CHECK(exit_code_of("train_mlp", "--data-dir " + nowhere + " --out " + shell_word((folder / "run").string()) + " " +
                                      lost + " > /dev/null") == 3);
  CHECK(exit_code_of("train_mlp", "--out /proc/run " + lost) == 1);
}

TEST_CASE("streams: a warning that nobody hears does not stop a run", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine first(small_mlp +
                          CommandLine{"--schedule", "constant", "--epochs", "2", "--out", (folder / "run").string()});
  REQUIRE(run("train_mlp", first).exit_code == 0);
  std::filesystem::resize_file(folder / "run/checkpoint.safetensors", 1000);  // the one before is used, with a warning
  CHECK(exit_code_of("train_mlp", flags_of_small_mlp(folder / "run") +
                                      " --schedule constant --epochs 1 --resume > /dev/null 2> /dev/full") == 0);
}

TEST_CASE("streams: no file takes the place of a closed one", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  CHECK(exit_code_of("train_mlp", flags_of_small_mlp(out) + " --epochs 1 <&- >&- 2>&-") == 1);  // not all was printed
  CHECK(std::filesystem::exists(out / "DONE"));
  CHECK(read_json_lines(out / "metrics.jsonl").size() == 1);
  CHECK(exit_code_of("predict", "--load " + shell_word((out / "model.safetensors").string()) +
                                    " --data synthetic --index 0 <&- 2>&- > " +
                                    shell_word((folder / "answer").string())) == 0);
  CHECK_THAT(read_bytes(folder / "answer"), ContainsSubstring("test image 0"));
  CHECK(exit_code_of("train_mlp", "--help > /dev/full 2> /dev/null") == 1);
}

TEST_CASE("streams: a reader that goes away does not stop a run", "[programs]") {
  const TemporaryFolder folder;
  exit_code_of_shell("(" + shell_word(TANDEM_BINARY_DIR "/bin/train_mlp") + " " + flags_of_small_mlp(folder / "run") +
                     " --epochs 20 2> /dev/null; echo $? > " + shell_word((folder / "code").string()) + ") | true");
  CHECK(read_bytes(folder / "code") == "1\n");  // not everything could be printed
  CHECK(read_json_lines(folder / "run/metrics.jsonl").size() == 20);
  CHECK(std::filesystem::exists(folder / "run/DONE"));
}

TEST_CASE("streams: under nohup a closed terminal does not stop a run", "[programs]") {
  const TemporaryFolder folder;
  // The shell waits for the first epoch, sends the signal, and ends as the program does.
  CHECK(exit_code_of_shell("trap '' HUP; " + shell_word(TANDEM_BINARY_DIR "/bin/train_mlp") + " " +
                           flags_of_small_mlp(folder / "run") + " --epochs 300 > /dev/null & until [ -s " +
                           shell_word((folder / "run/metrics.jsonl").string()) +
                           " ]; do sleep 0.02; done; kill -HUP $!; wait $!") == 0);
}
