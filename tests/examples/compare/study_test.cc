#include "examples/support/compare/study.h"

#include <fstream>

#include "autograd/create.h"
#include "examples/support/compare/trained.h"
#include "examples/support/program.h"
#include "nn/data/idx.h"
#include "nn/io/safetensors.h"
#include "tests/catch.h"
#include "tests/examples/program_runner.h"
#include "tests/message_of.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::examples::compare;
using test::TemporaryFolder;

namespace {

Options small(const TemporaryFolder& folder) {
  Options options;
  options.data.data = "synthetic";
  options.out = folder / "run";
  options.data.limit = 400;
  options.quick = options.quiet = true;
  return options;
}

/// A study with one model, and one section, which counts how often it has been computed.
void run(const Options& options, int& computed) {
  Study study(options);
  train_mlp(study, "mlp", study.own.held_out, {}, {.epochs = 1});
  study.section("cost", [&] { return Section{"", "Title", "Lead", "Body", {{"answer", ++computed}}}; });
}

}  // namespace

TEST_CASE("study: a resumed run keeps what its own settings made, and nothing else", "[programs]") {
  const TemporaryFolder folder;
  Options options = small(folder);
  int computed = 0;
  run(options, computed);
  CHECK(computed == 1);
  options.resume = true;
  run(options, computed);
  CHECK(computed == 1);

  options.seed = 2;
  CHECK_THROWS_AS(run(options, computed), examples::UsageError);
  options.resume = false;
  { const Study stopped_at_once(options); }
  options.resume = true;
  run(options, computed);
  CHECK(computed == 2);
}

TEST_CASE("study: a section has taken the time of its models too, those that were kept included", "[programs]") {
  const TemporaryFolder folder;
  Options options = small(folder);
  const auto train = [](Study& study) { train_mlp(study, "fair_mlp", study.own.held_out, {}, {.epochs = 2}); };
  {
    Study stopped_within(options);
    train(stopped_within);
  }
  const auto model = options.out / "models" / "fair_mlp.safetensors";
  io::TensorFile file = io::load_safetensors(model);
  file.metadata["seconds_per_epoch"] = "1000";
  io::save_safetensors(model, file.tensors, file.metadata);

  options.resume = true;
  Study study(options);
  study.section("bias", [&] {
    train(study);
    return Section{"", "Title", "Lead", "Body", {}};
  });
  const double seconds = test::read_json(options.out / "sections" / "bias.json")["seconds"];
  CHECK((seconds > 2000 && seconds < 2100));
}

TEST_CASE("study: a preset changes the sizes, the mode, and what may be resumed", "[programs]") {
  Options options;
  CHECK(options.mode() == "full");
  const nlohmann::json settings = options.to_json();
  CHECK_FALSE(options.sizes().distortion.any());
  options.preset = "long";
  CHECK(options.mode() == "long");
  CHECK(options.to_json() != settings);
  CHECK(options.sizes().distortion.any());
  CHECK(options.sizes().conditional_epochs > Sizes().conditional_epochs);
}

TEST_CASE("study: a run that begins anew in the folder of an older one keeps nothing of it", "[programs]") {
  const TemporaryFolder folder;
  Options options = small(folder);
  int computed = 0;
  run(options, computed);
  const auto model = options.out / "models/mlp.safetensors";
  CHECK(std::filesystem::exists(model));
  { const Study stopped_at_once(options); }
  CHECK_FALSE(std::filesystem::exists(model));
  options.resume = true;
  run(options, computed);
  CHECK(computed == 2);
}

TEST_CASE("study: files of others stay where a run begins", "[programs]") {
  const TemporaryFolder folder;
  const Options options = small(folder);
  const auto models = options.out / "models", sections = options.out / "sections";
  const std::filesystem::path theirs[] = {models / "mlp.cc", models / "mine.safetensors",
                                          models / "vae.safetensors/notes.txt", sections / "notes.json"};
  for (const auto& file : theirs) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "theirs";
  }
  { const Study study(options); }
  for (const auto& file : theirs) {
    INFO(file);
    CHECK(std::filesystem::exists(file));
  }
}

TEST_CASE("study: what a killed process was writing in the folder is removed, resumed or not", "[programs]") {
  const TemporaryFolder folder;
  Options options = small(folder);
  { const Study killed(options); }
  options.resume = GENERATE(false, true);
  for (const char* part : {"models", "sections", "pictures"}) {
    std::filesystem::create_directories(options.out / part);
    std::ofstream(options.out / part / ".tandem-123-4.tmp") << "half of a file";
  }
  const Study next(options);
  for (const char* part : {"models", "sections", "pictures"}) CHECK(std::filesystem::is_empty(options.out / part));
}

TEST_CASE("study: what cannot be compared on is refused at once", "[programs]") {
  const TemporaryFolder folder;
  Options options = small(folder);
  options.data.validation = 30;
  CHECK_THROWS_WITH(Study(options), ContainsSubstring("30 test images are too few"));
  options.data.validation = 0;
  options.data.limit = 199;
  CHECK_THROWS_WITH(Study(options), "199 training images are too few to compare models, 200 are needed");
}

TEST_CASE("study: what was never begun is not resumed", "[programs]") {
  const TemporaryFolder folder;
  Options options = small(folder);
  options.resume = true;
  CHECK_THROWS_WITH(Study(options), ContainsSubstring("no comparison was begun"));
}

TEST_CASE("study: a folder called mnist is compared with itself, inverted", "[compare]") {
  const TemporaryFolder folder;
  Options options = small(folder);
  options.data.data = (folder / "mnist").string();
  std::filesystem::create_directories(options.data.data);
  for (const auto& [set, n] : {std::pair("train", Index{300}), std::pair("t10k", Index{40})}) {
    std::vector<std::uint8_t> classes(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = static_cast<std::uint8_t>(i % 2);
    const std::string path = options.data.data + "/" + set;
    data::write_idx(path + "-images-idx3-ubyte", Tensor({n, 3, 2}, DType::uint8));
    data::write_idx(path + "-labels-idx1-ubyte", tensor(classes, {n}));
  }
  const Study study(options);
  CHECK(study.own.name == "mnist");
  CHECK(study.other.name == "inverted");
  CHECK(study.other.test.pixels.dim(1) == 6);
}

TEST_CASE("study: classes have their names, or else their numbers", "[compare]") {
  Split split;
  CHECK(split.class_name(1) == "1");
  CHECK(split.numbered_classes() == "");
  split.class_names = {"cats", "dogs & foxes"};
  CHECK(split.class_name(1) == "dogs &amp; foxes");
  CHECK(split.numbered_classes() == " Classes: 0 cats, 1 dogs &amp; foxes.");
}

TEST_CASE("study: one process at a time", "[programs]") {
  const TemporaryFolder folder;
  const Options options = small(folder);
  const Study first(options);
  CHECK_THAT(test::message_of<Error>([&] { Study{options}; }), ContainsSubstring("another process"));
}
