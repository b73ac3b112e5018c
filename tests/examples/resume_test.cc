// A run that was stopped, by whatever, ends as if it had not been.

#include <chrono>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "autograd/create.h"
#include "nn/io/image.h"
#include "tests/catch.h"
#include "tests/examples/training.h"
#include "tests/text.h"

using namespace tandem::test;

namespace {

/// The pictures that train_vae draws after each epoch, by name.
std::map<std::string, std::string> pictures_of_epochs(const std::filesystem::path& run) {
  std::map<std::string, std::string> pictures;
  for (const auto& entry : std::filesystem::directory_iterator(run))
    if (const std::string name = entry.path().filename().string();
        name.starts_with("sample_") || name.starts_with("reconstruction_"))
      pictures[name] = read_bytes(entry.path());
  return pictures;
}

/// A run that gets the signal once so many epochs are done.
Outcome run_until(std::size_t epochs, int signal, const std::string& name, const CommandLine& arguments,
                  const std::filesystem::path& out) {
  RunningProgram program(name, arguments + CommandLine{"--out", out.string()});
  wait_for_lines(out / "metrics.jsonl", epochs);
  program.send(signal);
  return program.wait();
}

void damage(const std::filesystem::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-100, std::ios::end);
  const char flipped = static_cast<char>(file.peek() ^ 0x10);
  file.seekp(-100, std::ios::end);
  file.put(flipped);
}

}  // namespace

TEST_CASE("training: killed in the middle and resumed, it ends bit-identical", "[programs]") {
  const TemporaryFolder folder;
  const int signal = GENERATE(SIGKILL, SIGINT, SIGTERM, SIGHUP);
  const CommandLine common = small_mlp + CommandLine{"--dropout", "0.2", "--schedule", "cosine", "--epochs", "40"};
  const auto whole = folder / "whole", stopped = folder / "stopped";
  REQUIRE(run("train_mlp", common + CommandLine{"--out", whole.string()}).exit_code == 0);

  const Outcome first = run_until(3, signal, "train_mlp", common, stopped);
  INFO(first.output);
  CHECK(first.exit_code == 128 + signal);
  CHECK_FALSE(std::filesystem::exists(stopped / "DONE"));

  const Outcome second = run("train_mlp", common + CommandLine{"--resume", "--out", stopped.string()});
  INFO(second.output);
  REQUIRE(second.exit_code == 0);
  CHECK(weights_of(stopped) == weights_of(whole));
  CHECK(read_json_lines(stopped / "metrics.jsonl").size() == 40);
  CHECK(read_json_lines(stopped / "metrics.jsonl")[20]["train_loss"] ==
        read_json_lines(whole / "metrics.jsonl")[20]["train_loss"]);
}

TEST_CASE("train_vae: stopped between epochs and resumed, it ends bit-identical", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine common = small_vae + vae_of_all_kinds;
  const auto whole = folder / "whole", stopped = folder / "stopped";
  REQUIRE(run("train_vae", common + CommandLine{"--epochs", "3", "--out", whole.string()}).exit_code == 0);
  REQUIRE(run("train_vae", common + CommandLine{"--epochs", "2", "--out", stopped.string()}).exit_code == 0);
  const Outcome second = run("train_vae", common + CommandLine{"--epochs", "3", "--resume", "--out", stopped.string()});
  INFO(second.output);
  REQUIRE(second.exit_code == 0);
  CHECK(weights_of(stopped) == weights_of(whole));
  const auto epochs = read_json_lines(stopped / "metrics.jsonl");
  CHECK(epochs[2]["seconds_since_start"] > epochs[1]["seconds_since_start"]);  // of the run, not of the process
  CHECK(read_json(stopped / "summary.json")["seconds_total"] > epochs[2]["seconds_since_start"]);
}

TEST_CASE("train_vae: stopped at its pictures and resumed, it draws them", "[programs]") {
  const TemporaryFolder folder;
  const int epoch = GENERATE(1, 2);
  CAPTURE(epoch);
  const auto whole = folder / "whole", stopped = folder / "stopped";
  const CommandLine common = small_vae + CommandLine{"--average", "0.9", "--epochs", "2"};
  REQUIRE(run("train_vae", common + CommandLine{"--out", whole.string()}).exit_code == 0);
  const CommandLine into_stopped = common + CommandLine{"--out", stopped.string()};
  REQUIRE(run("train_vae", into_stopped + CommandLine{"--seed", "5"}).exit_code ==
          0);  // its pictures are in the way too
  const auto obstacle = stopped / ("sample_00" + std::to_string(epoch) + ".png");
  std::filesystem::remove(obstacle);
  std::filesystem::create_directories(obstacle / "a folder in its place");
  const Outcome first = run("train_vae", into_stopped);
  INFO(first.output);
  CHECK(first.exit_code == 1);
  const bool model_is_there = read_bytes(stopped / "model.safetensors") == read_bytes(whole / "model.safetensors");
  CHECK(model_is_there == (epoch == 2));  // after the last epoch the model comes first

  std::filesystem::remove_all(obstacle);
  const Outcome second = run("train_vae", into_stopped + CommandLine{"--resume"});
  INFO(second.output);
  REQUIRE(second.exit_code == 0);
  CHECK((pictures_of_epochs(stopped) == pictures_of_epochs(whole)));
}

TEST_CASE("train_vae: stopped within an epoch and resumed, it draws the same pictures", "[programs]") {
  const TemporaryFolder folder;
  const auto whole = folder / "whole", stopped = folder / "stopped";
  const CommandLine common = small_vae + CommandLine{"--epochs", "20"};
  REQUIRE(run("train_vae", common + CommandLine{"--out", whole.string()}).exit_code == 0);
  const Outcome first = run_until(2, SIGTERM, "train_vae", common, stopped);
  INFO(first.output);
  REQUIRE(first.exit_code == 128 + SIGTERM);
  const Outcome second = run("train_vae", common + CommandLine{"--resume", "--out", stopped.string()});
  INFO(second.output);
  REQUIRE(second.exit_code == 0);
  CHECK((pictures_of_epochs(stopped) == pictures_of_epochs(whole)));
}

TEST_CASE("training: stopped while it tests and resumed, it ends bit-identical", "[programs]") {
  const TemporaryFolder folder;
  const int signal = GENERATE(SIGINT, SIGTERM);
  const auto whole = folder / "whole", stopped = folder / "stopped";
  // One batch in the only epoch, and then a test that takes long.
  const CommandLine common = {
      "--data",    "synthetic", "--limit",    "20",    "--batch-size",       "20",    "--latent-dim", "2",
      "--hidden",  "8",         "--binarize", "fixed", "--autoregressive",   "32,32", "--reach",      "5",
      "--average", "0.9",       "--epochs",   "1",     "--checkpoint-every", "1",     "--threads",    "1"};
  REQUIRE(run("train_vae", common + CommandLine{"--out", whole.string()}).exit_code == 0);

  RunningProgram program("train_vae", common + CommandLine{"--out", stopped.string()});
  wait_until([&] { return std::filesystem::exists(stopped / "checkpoint.safetensors"); });
  program.send(signal);
  const Outcome first = program.wait();
  INFO(first.output);
  CHECK(first.exit_code == 128 + signal);
  CHECK_THAT(first.output, ContainsSubstring("stopped in epoch 1 after batch 1; continue with --resume"));
  CHECK_FALSE(std::filesystem::exists(stopped / "metrics.jsonl"));

  const Outcome second = run("train_vae", common + CommandLine{"--resume", "--out", stopped.string()});
  INFO(second.output);
  REQUIRE(second.exit_code == 0);
  CHECK(weights_of(stopped) == weights_of(whole));
  CHECK(read_bytes(stopped / "model.safetensors") == read_bytes(whole / "model.safetensors"));
  for (const char* figure : {"train_loss", "test_loss"})
    CHECK(read_json_lines(stopped / "metrics.jsonl").at(0)[figure] ==
          read_json_lines(whole / "metrics.jsonl").at(0)[figure]);
}

TEST_CASE("training: a second signal, of another kind too, ends a run at once", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  RunningProgram program("train_vae", {"--data",   "synthetic", "--limit",    "500",   "--batch-size",     "500",
                                       "--hidden", "8",         "--binarize", "fixed", "--autoregressive", "32,32",
                                       "--reach",  "5",         "--epochs",   "1",     "--threads",        "1",
                                       "--out",    out.string()});
  wait_until([&] { return std::filesystem::exists(out / "config.json"); });
  program.send(SIGINT);
  program.send(SIGTERM);
  const Outcome outcome = program.wait();
  INFO(outcome.output);
  CHECK((outcome.exit_code == 128 + SIGINT || outcome.exit_code == 128 + SIGTERM));
  CHECK_THAT(outcome.output, !ContainsSubstring("stopped"));
  CHECK_FALSE(std::filesystem::exists(out / "checkpoint.safetensors"));
}

TEST_CASE("training: a file or folder under another name is no other setting", "[programs]") {
  const TemporaryFolder folder;
  const auto first = folder / "first";
  REQUIRE(run("train_mlp", small_mlp + CommandLine{"--epochs", "1", "--out", first.string()}).exit_code == 0);
  const CommandLine common =
      small_mlp + CommandLine{"--schedule", "constant", "--out", (folder / "run").string(), "--load"};
  REQUIRE(run("train_mlp", common + CommandLine{(first / "model.safetensors").string(), "--epochs", "1"}).exit_code ==
          0);
  const Outcome again = run(
      "train_mlp", common + CommandLine{(folder / "./first/model.safetensors").string(), "--epochs", "2", "--resume"});
  INFO(again.output);
  CHECK(again.exit_code == 0);
  const Outcome other =
      run("train_mlp", common + CommandLine{(folder / "other.safetensors").string(), "--epochs", "3", "--resume"});
  CHECK(other.exit_code == 2);
  CHECK_THAT(other.output, ContainsSubstring("--load: now"));
}

TEST_CASE("training: resuming with other settings is refused", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine common = small_mlp + CommandLine{"--schedule", "constant", "--out", (folder / "run").string()};
  REQUIRE(run("train_mlp", common + CommandLine{"--epochs", "1"}).exit_code == 0);
  const Outcome outcome = run("train_mlp", common + CommandLine{"--epochs", "1", "--resume", "--lr", "0.01"});
  CHECK(outcome.exit_code == 2);
  CHECK_THAT(outcome.output, ContainsSubstring("--lr: now 0.01, before 0.001"));
  const Outcome longer = run("train_mlp", common + CommandLine{"--epochs", "2", "--resume"});
  INFO(longer.output);
  CHECK(longer.exit_code == 0);
}

TEST_CASE("training: resuming with other images in the same folder is refused", "[programs]") {
  const TemporaryFolder folder;
  const auto picture = [&](const char* kind, int i) {
    std::filesystem::create_directories(folder / "pictures" / kind);
    tandem::io::write_png(folder / "pictures" / kind / (std::to_string(i) + ".png"),
                          tandem::full({6, 6}, 10 * i, tandem::DType::uint8));
  };
  for (int i = 0; i < 12; ++i) picture(i % 2 == 0 ? "cats" : "dogs", i);
  const CommandLine common = {"--data",       (folder / "pictures").string(),
                              "--data-dir",   (folder / "data").string(),
                              "--image-size", "6x6",
                              "--hidden",     "4",
                              "--schedule",   "constant",
                              "--out",        (folder / "run").string()};
  const Outcome first = run("train_mlp", common + CommandLine{"--epochs", "1"});
  INFO(first.output);
  REQUIRE(first.exit_code == 0);
  picture("birds", 12);
  const Outcome outcome = run("train_mlp", common + CommandLine{"--epochs", "2", "--resume"});
  CHECK(outcome.exit_code == 2);
  CHECK_THAT(outcome.output,
             ContainsSubstring("the images: now") && ContainsSubstring("3 classes") && ContainsSubstring("2 classes"));
}

TEST_CASE("training: killed again and again, between epochs and within, it ends bit-identical", "[programs]") {
  const TemporaryFolder folder;
  // TANDEM_TEST_KILLS=200 for the long form. TANDEM_TEST_SEED repeats its moments, as far as a clock repeats anything.
  const char *wanted = std::getenv("TANDEM_TEST_KILLS"), *chosen = std::getenv("TANDEM_TEST_SEED");
  const int kills = wanted ? std::atoi(wanted) : 5;
  const unsigned seed = chosen ? static_cast<unsigned>(std::atoi(chosen)) : std::random_device()();
  INFO("TANDEM_TEST_SEED=" << seed);
  const CommandLine common =
      small_mlp + CommandLine{"--dropout",          "0.2", "--epochs", std::to_string(12 * kills),
                              "--checkpoint-every", "3"};  // the last kill meets it at work
  const auto whole = folder / "whole", killed = folder / "killed";
  REQUIRE(run("train_mlp", common + CommandLine{"--out", whole.string()}).exit_code == 0);
  std::minstd_rand generator(seed);
  std::uniform_int_distribution<int> milliseconds(1, 120);
  int resumed = 0;
  for (int i = 0; i < kills; ++i) {
    CommandLine arguments = common + CommandLine{"--out", killed.string()};
    if (std::filesystem::exists(killed / "checkpoint.safetensors")) {
      arguments.push_back("--resume");
      ++resumed;
    }
    const auto written = [path = killed / "checkpoint.safetensors"] {
      std::error_code none_yet;
      return std::filesystem::last_write_time(path, none_yet);
    };
    const auto before = written();
    RunningProgram program("train_mlp", arguments);
    // One in five is killed while it starts, the others at work: once they have written a checkpoint, or are done.
    if (i % 5 != 4) wait_until([&] { return written() != before || std::filesystem::exists(killed / "DONE"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(generator)));
    program.send(SIGKILL);
    const Outcome outcome = program.wait();
    INFO(outcome.output);
    REQUIRE((outcome.exit_code == 128 + SIGKILL || outcome.exit_code == 0));
  }
  CHECK(resumed > 0);
  CommandLine last = common + CommandLine{"--out", killed.string()};
  if (std::filesystem::exists(killed / "checkpoint.safetensors")) last.push_back("--resume");
  const Outcome outcome = run("train_mlp", last);
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  CHECK(weights_of(killed) == weights_of(whole));
}

TEST_CASE("training: a damaged checkpoint is refused, and the one before it used", "[programs]") {
  const TemporaryFolder folder;
  const auto checkpoint = folder / "run" / "checkpoint.safetensors";
  const CommandLine common = small_mlp + CommandLine{"--schedule", "constant", "--out", (folder / "run").string()};
  REQUIRE(run("train_mlp", common + CommandLine{"--epochs", "2"}).exit_code == 0);
  const std::string weights = weights_of(folder / "run");
  damage(checkpoint);
  const Outcome outcome = run("train_mlp", common + CommandLine{"--epochs", "2", "--resume"});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, ContainsSubstring("its checksum is not that of its content") &&
                                 ContainsSubstring("checkpoint.previous.safetensors"));
  CHECK(weights_of(folder / "run") == weights);

  std::filesystem::resize_file(checkpoint, 1000);
  std::filesystem::remove(folder / "run" / "checkpoint.previous.safetensors");
  CHECK(run("train_mlp", common + CommandLine{"--epochs", "3", "--resume"}).exit_code == 3);
}

TEST_CASE("training: a damaged checkpoint costs no good one, if the next cannot be written", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine common = small_mlp + CommandLine{"--schedule", "constant", "--out", (folder / "run").string()};
  REQUIRE(run("train_mlp", common + CommandLine{"--epochs", "2"}).exit_code == 0);
  const std::string weights = weights_of(folder / "run");
  damage(folder / "run" / "checkpoint.safetensors");
  const CommandLine resumed = common + CommandLine{"--epochs", "2", "--resume"};
  const Outcome full = run("train_mlp", resumed, 20'000);
  CHECK(full.exit_code == 1);
  CHECK_THAT(full.output, ContainsSubstring("resumed after epoch 1"));
  const Outcome outcome = run("train_mlp", resumed);
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, ContainsSubstring("resumed after epoch 1"));
  CHECK(weights_of(folder / "run") == weights);
}

TEST_CASE("training: resumed, a run does not need the file of --load any more", "[programs]") {
  const TemporaryFolder folder;
  const auto first = folder / "first";
  REQUIRE(run("train_mlp", small_mlp + CommandLine{"--epochs", "1", "--out", first.string()}).exit_code == 0);
  const CommandLine common =
      small_mlp + CommandLine{"--schedule", "constant", "--load", (first / "model.safetensors").string()};
  const auto whole = folder / "whole", resumed = folder / "resumed";
  REQUIRE(run("train_mlp", common + CommandLine{"--epochs", "2", "--out", whole.string()}).exit_code == 0);
  REQUIRE(run("train_mlp", common + CommandLine{"--epochs", "1", "--out", resumed.string()}).exit_code == 0);
  std::filesystem::remove_all(first);
  const Outcome outcome =
      run("train_mlp", common + CommandLine{"--epochs", "2", "--resume", "--out", resumed.string()});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  CHECK(weights_of(resumed) == weights_of(whole));

  // Begun anew, it needs it, and says so before anything is removed.
  CHECK(run("train_mlp", common + CommandLine{"--epochs", "2", "--out", resumed.string()}).exit_code == 3);
  CHECK(std::filesystem::exists(resumed / "checkpoint.safetensors"));
}

TEST_CASE("training: within an epoch progress goes on from where it was stopped", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine common = small_mlp + CommandLine{"--epochs", "40", "--log-interval", "1"};
  const auto out = folder / "run";
  const std::string stopped = run_until(2, SIGTERM, "train_mlp", common, out).output,
                    resumed = run("train_mlp", common + CommandLine{"--resume", "--out", out.string()}).output;
  CAPTURE(stopped, resumed);
  REQUIRE_THAT(stopped, ContainsSubstring("continue with --resume"));
  const std::string after_batch = "after batch ";
  const std::size_t number = stopped.find(after_batch);  // none: it was stopped between two epochs
  const int batches = number == std::string::npos ? 0 : std::stoi(stopped.substr(number + after_batch.size()));
  const std::size_t slash = resumed.find("/600 ");  // of the line "epoch 2/40     150/600  loss 2.1234"
  CHECK(std::stoi(resumed.substr(resumed.rfind(' ', slash))) == 50 * (batches % 12 + 1));
}

TEST_CASE("training: a second process is kept out of the folder, a killed one is not in the way", "[programs]") {
  const TemporaryFolder folder;
  const CommandLine common = small_mlp + CommandLine{"--epochs", "2000", "--out", (folder / "run").string()};
  RunningProgram first("train_mlp", common);
  wait_for_lines(folder / "run" / "metrics.jsonl", 1);
  const Outcome second = run("train_mlp", common);
  CHECK(second.exit_code == 1);
  CHECK_THAT(second.output,
             ContainsSubstring("another process is writing to this folder\n  hint: name another with --out"));
  first.send(SIGKILL);
  first.wait();
  CHECK(run("train_mlp", small_mlp + CommandLine{"--epochs", "1", "--out", (folder / "run").string()}).exit_code == 0);
}

TEST_CASE("training: a run that begins anew leaves nothing of the one before to go on from", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const CommandLine common = small_mlp + CommandLine{"--out", out.string()};
  REQUIRE(run("train_mlp", common + CommandLine{"--epochs", "2"}).exit_code == 0);
  const Outcome diverged = run("train_mlp", common + CommandLine{"--epochs", "2", "--lr", "1e30"});
  INFO(diverged.output);
  CHECK(diverged.exit_code == 4);
  CHECK_THAT(diverged.output, !ContainsSubstring("is kept"));  // for there is none
  CHECK_FALSE(std::filesystem::exists(out / "checkpoint.safetensors"));

  const Outcome other = run("train_mlp", common + CommandLine{"--epochs", "2", "--resume"});
  CHECK(other.exit_code == 2);  // the folder is that of the diverged run
}

TEST_CASE("training: stopped before its first checkpoint, a run begins again", "[programs]") {
  const TemporaryFolder folder;
  const auto out = folder / "run";
  const CommandLine common = small_mlp + CommandLine{"--epochs", "2", "--out", out.string()};
  const Outcome nothing = run("train_mlp", common + CommandLine{"--resume"});
  CHECK(nothing.exit_code == 3);
  CHECK_THAT(nothing.output, ContainsSubstring("no run was begun in this folder"));
  CHECK_FALSE(std::filesystem::exists(out));
  REQUIRE(run("train_mlp", common).exit_code == 0);
  const std::string whole = weights_of(out);
  for (const char* name : {"checkpoint.safetensors", "checkpoint.previous.safetensors", "summary.json"})
    std::filesystem::remove(out / name);
  const Outcome again = run("train_mlp", common + CommandLine{"--resume"});
  CHECK(again.exit_code == 0);
  CHECK_THAT(again.output, ContainsSubstring("begins again"));
  CHECK(weights_of(out) == whole);
}
