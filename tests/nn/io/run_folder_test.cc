#include "nn/io/run_folder.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/io/bytes.h"
#include "tests/nn/io/full_disk.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::io;
using namespace tandem::test;
using nlohmann::json;

TEST_CASE("run folder: a run from beginning to end", "[io]") {
  const TemporaryFolder temporary;
  const RunFolder run(temporary / "runs/train_mlp");
  run.begin();
  run.write_json("config.json", {{"epochs", 2}});
  run.append_metrics({{"epoch", 1}, {"loss", 0.5}});
  run.append_metrics({{"epoch", 2}, {"loss", std::numeric_limits<double>::quiet_NaN()}});
  CHECK_FALSE(run.is_done());
  run.mark_done();
  CHECK(run.is_done());

  CHECK(read_bytes(run / "config.json") == "{\n  \"epochs\": 2\n}\n");
  CHECK(read_bytes(run / "metrics.jsonl") == "{\"epoch\":1,\"loss\":0.5}\n{\"epoch\":2,\"loss\":null}\n");
  CHECK(run.metrics().size() == 2);
}

TEST_CASE("run folder: folders that it created for nothing are gone at the end", "[io]") {
  const TemporaryFolder temporary;
  std::filesystem::create_directory(temporary / "there");
  {
    RunFolder unused(temporary / "there/never/was/"), other(temporary / "there");
    unused.lock();
    RunFolder moved = std::move(unused);
    CHECK(std::filesystem::exists(temporary / "there/never/was"));
  }
  CHECK_FALSE(std::filesystem::exists(temporary / "there/never"));
  CHECK(std::filesystem::exists(temporary / "there"));  // another's, though it is empty

  RunFolder(temporary / "used/run").mark_done();
  CHECK(std::filesystem::exists(temporary / "used/run/DONE"));
  write_bytes(temporary / "file", "");
  CHECK_THROWS_AS(RunFolder(temporary / "file/below"), WriteError);
  CHECK(std::filesystem::exists(temporary / "file"));
  std::filesystem::create_directory_symlink(temporary / "nowhere", temporary / "link");
  CHECK_THROWS_AS(RunFolder(temporary / "link"), WriteError);
  CHECK(std::filesystem::is_symlink(temporary / "link"));
}

TEST_CASE("run folder: a resumed run goes on after the epochs of its checkpoint", "[io]") {
  const TemporaryFolder temporary;
  const RunFolder run(temporary.path());
  for (int epoch = 1; epoch <= 4; ++epoch) run.append_metrics({{"epoch", epoch}});
  run.mark_done();

  run.begin(2);
  CHECK_FALSE(run.is_done());
  CHECK(run.metrics() == std::vector<json>{{{"epoch", 1}}, {{"epoch", 2}}});
  run.begin();
  CHECK(run.metrics().empty());
}

TEST_CASE("run folder: half a line is not counted, and gone when the run goes on", "[io]") {
  const TemporaryFolder temporary;
  const RunFolder run(temporary.path());
  write_bytes(run / "metrics.jsonl", "{\"epoch\":1}\nnot json\n[1]\n{\"epoch\":2");
  CHECK(run.metrics() == std::vector<json>{{{"epoch", 1}}});
  run.begin(5);
  run.append_metrics({{"epoch", 2}});
  CHECK(read_bytes(run / "metrics.jsonl") == "{\"epoch\":1}\n{\"epoch\":2}\n");
}

TEST_CASE("run folder: neither depth nor zero bytes in a damaged line do harm", "[io]") {
  const TemporaryFolder temporary;
  const RunFolder run(temporary.path());
  const std::string deep = "{\"epoch\":1,\"x\":" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}\n";
  write_bytes(run / "metrics.jsonl", deep + std::string("{\"epoch\":1}\0\0\n", 15));
  run.begin(5);
  CHECK(read_bytes(run / "metrics.jsonl") == deep);
  CHECK(run.metrics().size() == 1);
}

TEST_CASE("run folder: only one at a time may train into it", "[io]") {
  const TemporaryFolder temporary, other;
  RunFolder second(temporary.path());
  {
    RunFolder first(temporary.path());
    first.lock();
    CHECK_THROWS_AS(second.lock(), WriteError);
    CHECK_NOTHROW(RunFolder(other.path()).lock());
  }
  CHECK_NOTHROW(second.lock());
}

TEST_CASE("run folder: a full disk leaves whole lines and old files", "[io]") {
  const TemporaryFolder temporary;
  const RunFolder run(temporary.path());
  run.write_json("summary.json", "old");
  run.append_metrics({{"epoch", 1}});
  {
    const FullDisk full(20);
    CHECK_THAT(message_of<WriteError>([&] {
                 run.append_metrics({{"epoch", 2}, {"loss", 0.25}});
               }),
               ContainsSubstring("metrics.jsonl: no line can be added: "));
    CHECK_THROWS_AS(run.write_json("summary.json", std::string(100, 'x')), WriteError);
  }
  CHECK(read_bytes(run / "metrics.jsonl") == "{\"epoch\":1}\n");
  CHECK(read_bytes(run / "summary.json") == "\"old\"\n");
  CHECK(temporary.entries() == 2);
}

TEST_CASE("run folder: JSON is read back, and what is none refused", "[io]") {
  const TemporaryFolder folder;
  const RunFolder run(folder.path());
  run.write_json("config.json", {{"lr", 0.1}});
  CHECK(run.read_json("config.json") == nlohmann::json{{"lr", 0.1}});
  CHECK_THROWS_AS(run.read_json("none.json"), FileError);
  write_bytes(folder / "config.json", "{\"lr\": ");
  CHECK_THAT(message_of<FileError>([&] { run.read_json("config.json"); }), ContainsSubstring("is not JSON"));
}

TEST_CASE("run folder: text that is not UTF-8 does not stop a run", "[io]") {
  const TemporaryFolder temporary;
  const RunFolder run(temporary.path());
  run.append_metrics({{"name", "\xff"}});
  CHECK(run.metrics().size() == 1);
}

TEST_CASE("run folder: where no folder can be, an error says why", "[io]") {
  const TemporaryFolder temporary;
  write_bytes(temporary / "file", "");
  const auto error = [](const std::filesystem::path& path) { return message_of<WriteError>([&] { RunFolder{path}; }); };
  CHECK_THAT(error(temporary / "file"),
             ContainsSubstring("file: not a folder that can be written to: Not a directory"));
  CHECK_THAT(error(temporary / "file/below"), ContainsSubstring("Not a directory"));
  CHECK_THAT(error("/proc/none"), ContainsSubstring("/proc/none: not a folder that can be written to: "));
}
