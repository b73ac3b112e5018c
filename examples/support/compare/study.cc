#include "examples/support/compare/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "autograd/random.h"
#include "autograd/threads.h"
#include "examples/support/draw/page.h"
#include "examples/support/draw/svg.h"
#include "examples/support/machine.h"
#include "examples/support/model_file.h"
#include "examples/support/own_folder.h"
#include "examples/support/plural.h"
#include "examples/support/program.h"
#include "examples/support/training/checkpoint.h"
#include "examples/support/training/options.h"
#include "nn/data/loader.h"
#include "nn/data/picture_format.h"
#include "nn/data/source.h"
#include "nn/io/image.h"
#include "nn/io/safetensors.h"
#include "nn/optim/adam.h"
#include "nn/optim/schedule.h"
#include "nn/text.h"
#include "support/build_info.h"

namespace tandem::examples::compare {
namespace {

using nlohmann::json;

/// Where in the folder the result of a step is kept.
std::string result_of(const std::string& step) {
  constexpr std::string_view train = "train ";
  return step.starts_with(train) ? "models/" + step.substr(train.size()) + ".safetensors"
                                 : "sections/" + step + ".json";
}

/// Checks what the sections rely on: images with labels, some of each class, and enough to be halved and shown in rows.
void check_test_images(const Split& images) {
  const data::Images& test = images.test;
  if (!test.labels.defined() || test.classes < 2)
    throw UsageError(images.name + ": to compare models, images need labels of two classes or more");
  if (const Index needed = std::max<Index>(24, 4 * test.classes); test.size() < needed)
    throw UsageError(fmt::format("{}: {} test images are too few to compare models, {} are needed", images.name,
                                 test.size(), needed));
  const std::span<const std::int64_t> labels(test.labels.data<std::int64_t>(), static_cast<std::size_t>(test.size()));
  for (std::int64_t label = 0; label < test.classes; ++label)
    if (std::count(labels.begin(), labels.end(), label) == 0)
      throw UsageError(fmt::format("{}: no test image is of class {}", images.name, label));
}

/// Holds out the last images, as many as the sizes say but no more than a tenth.
Split split(const data::Source& source, const Sizes& sizes) {
  const Index all = std::min(sizes.train, source.train.size());
  const Index held_out = std::min(sizes.held_out, all / 10), train = all - held_out;
  constexpr Index least_held_out = 20;
  if (held_out < least_held_out)
    throw UsageError(fmt::format("{} {} too few to compare models, {} are needed", counted(all, "training image"),
                                 all == 1 ? "is" : "are", 10 * least_held_out));
  Split result = {source.name, source.train.first(train), source.train.rows(train, all), source.test.first(sizes.test),
                  source.class_names};
  check_test_images(result);
  return result;
}

/// White where black was: the other set for images that have no sibling.
data::Images inverted(data::Images images) {
  images.pixels = images.pixels.clone();
  auto* pixel = images.pixels.mutable_data<std::uint8_t>();
  for (Index i = 0; i < images.pixels.size(); ++i) pixel[i] = static_cast<std::uint8_t>(255 - pixel[i]);
  return images;
}

Split load_other(const Split& own, DataOptions options, const Sizes& sizes) {
  // By the flag, not by the name of the images: a folder may be called mnist and hold anything.
  if (options.data == "mnist" || options.data == "fashion") {
    options.data = options.data == "mnist" ? "fashion" : "mnist";
    return split(options.load(), sizes);
  }
  return {"inverted", inverted(own.train), inverted(own.held_out), inverted(own.test)};
}

}  // namespace

std::string Split::class_name(Index label) const {
  const auto place = static_cast<std::size_t>(label);
  return place < class_names.size() ? escaped(class_names[place]) : std::to_string(label);
}

std::string Split::numbered_classes() const {
  std::string text;
  for (Index y = 0; y < std::ssize(class_names); ++y)
    text += fmt::format("{}{} {}", y == 0 ? " Classes: " : ", ", y, class_name(y));
  return text.empty() ? text : text + ".";
}

Study::Study(const Options& o) : options(o), sizes(o.sizes()), steps(o.quiet), folder_(own_folder(o.out)) {
  if (options.threads > 0) set_num_threads(options.threads);
  catch_signals();
  if (!options.quiet)
    fmt::print("compare {} | {} | {}\nsettings {}\n", TANDEM_VERSION, compiler_and_flags(),
               counted(num_threads(), "thread"), printable(io::to_text(options.to_json())));
  own = split(options.data.load(), sizes);
  json settings = options.to_json();
  settings["images"] =
      fmt::format("{} + {} + {} of {} x {} x {}, {} classes", own.train.size(), own.held_out.size(), own.test.size(),
                  own.train.height, own.train.width, own.train.channels, own.train.classes);
  if (options.resume) {
    if (!std::filesystem::exists(folder_ / "config.json"))
      throw io::FileError(folder_ / "config.json", "no such file",
                          "no comparison was begun in this folder: leave out --resume, or name another with --out");
    require_same_settings(settings, folder_.read_json("config.json"), folder_.path());
  }
  options.weights(own.train.classes);  // to complain now and not in half an hour
  other = load_other(own, options.data, sizes);
  folder_.begin();  // only now: a run that cannot begin leaves the one before it as it is
  for (const char* part : {"models", "sections", "pictures"})
    const io::FolderLock lock(folder_ / part);  // removes what a killed process left half-written
  // Only what --resume would take over: the folder that --out names may hold someone's own models/.
  if (!options.resume)
    for (const auto& [name, step] : all_steps())
      if (const auto result = folder_ / result_of(name); std::filesystem::is_regular_file(result))
        std::filesystem::remove(result);
  folder_.write_json("config.json", settings);
}

std::filesystem::path Study::file(const std::string& name) const {
  const std::filesystem::path path = folder_ / name;
  std::filesystem::create_directories(path.parent_path());
  return path;
}

double Study::train(const std::string& name, nn::Module& model, const data::Images& images, const Training& training,
                    const std::function<Tensor(const data::Batch&)>& loss_of) {
  const auto path = file(result_of("train " + name));
  if (options.resume && std::filesystem::exists(path)) {
    load_weights(path, model);
    model.eval();
    steps.skip("train " + name);
    const double seconds = std::stod(io::read_safetensors_header(path).metadata.at("seconds_per_epoch"));
    seconds_of_kept_ += seconds * training.epochs;
    return seconds;
  }
  steps.begin("train " + name);
  const auto start = std::chrono::steady_clock::now();
  manual_seed(options.seed);  // noise does not depend on what was trained before
  optim::Adam optimizer(model.parameters(), {.lr = training.lr});
  Generator order(options.seed);
  const data::Loader loader(images, {.batch_size = training.batch_size}, order);
  const data::Augmentation distort(images, training.distortion);
  const Index all = loader.batches() * training.epochs;
  optim::Schedule schedule(optimizer, optim::HoldLinearLR{all});
  model.train();
  double batches = 0, last = 0;
  for (int epoch = 1; epoch <= training.epochs; ++epoch) {
    double sum = 0;
    for (const data::Batch& batch : loader) {
      const Tensor loss = loss_of({distort(batch.image), batch.label});
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      schedule.step();
      sum += loss.item() * static_cast<double>(batch.image.dim(0));
      if (!std::isfinite(sum))
        throw NotFiniteError(fmt::format("{}: the training loss became {} in epoch {}", name, loss.item(), epoch));
      steps.update(++batches / static_cast<double>(all));
    }
    last = sum / static_cast<double>(images.size());
  }
  optimizer.zero_grad();
  model.eval();
  const double seconds = seconds_since(start) / training.epochs;
  io::save_safetensors(path, model.state_dict(), {{"seconds_per_epoch", fmt::format("{}", seconds)}});
  steps.end(fmt::format("{} epochs, training loss {:.4f}", training.epochs, last));
  return seconds;
}

Section Study::section(const std::string& id, const std::function<Section()>& compute) {
  const std::string name = result_of(id);
  if (const auto path = file(name); options.resume && std::filesystem::exists(path)) {
    const json s = folder_.read_json(name);
    steps.skip(id);
    seconds_of_kept_ += s.at("seconds").get<double>();
    return {s.at("id"), s.at("title"), s.at("lead"), s.at("body"), s.at("figures")};
  }
  steps.begin(id);
  const auto start = std::chrono::steady_clock::now();
  const double kept_before = seconds_of_kept_;
  Section result = compute();
  result.id = id;
  // Includes the models trained within, by this process or an earlier one: once the section is kept, they are no longer
  // loaded, and their time would be lost.
  const double seconds = seconds_since(start) + seconds_of_kept_ - kept_before;
  folder_.write_json(name, {{"seconds", seconds},
                            {"id", result.id},
                            {"title", result.title},
                            {"lead", result.lead},
                            {"body", result.body},
                            {"figures", result.figures}});
  steps.end("");
  return result;
}

std::string Study::picture(const std::string& name, const Tensor& pictures, Index columns,
                           const std::string& alternative_text) {
  const data::Images& like = own.train;
  const Tensor images = data::as_pictures(pictures, {like.height, like.width, like.channels});
  const auto path = file("pictures/" + name + ".png");
  io::write_png(path, io::grid(images, columns, 1, 0.35));
  return png_image(path, alternative_text);
}

void Study::report(const std::vector<Section>& sections) {
  json figures = {
      {"program", "compare"},
      {"mode", options.mode()},
      {"data", own.name},
      {"other", other.name},
      {"tested_on", options.data.validation > 0 ? "held-out training images" : "test images"},
      {"images", {{"train", own.train.size()}, {"held_out", own.held_out.size()}, {"test", own.test.size()}}},
      {"seed", options.seed}};
  std::vector<PageSection> page_sections;
  for (const Section& s : sections) {
    page_sections.push_back({s.id, s.title, s.lead, s.body});
    if (!s.figures.is_null()) figures[s.id] = s.figures;
  }
  const double seconds = seconds_of_kept_ + seconds_since_start();
  figures["seconds_total"] = seconds;
  folder_.write_json("report.json", figures);
  const std::string summary = fmt::format(
      "Two kinds of model, one engine, the same {} images of {}, in the same order, from the same seed: a <b "
      "class=\"d\">discriminative</b> one learns what separates the classes, a <b class=\"g\">generative</b> one how "
      "the images arise. Every figure below was measured by the program that wrote this page.",
      own.train.size(), escaped(own.name));
  const std::string footer = fmt::format(
      "compare{} &middot; tandem {} &middot; {} training, {} held-out, {} test images &middot; seed {} &middot; "
      "figures on {} &middot; {} threads, {:.0f} s &middot; {}. Temperatures and outlier scores were chosen on "
      "held-out training images, never on those of the figures. All figures: report.json.",
      options.quick            ? " --quick"
      : options.preset.empty() ? ""
                               : " --preset " + options.preset,
      TANDEM_VERSION, own.train.size(), own.held_out.size(), own.test.size(), options.seed,
      figures["tested_on"].get<std::string>(), num_threads(), seconds, escaped(compiler_and_flags()));
  io::write_atomically(folder_ / "report.html",
                       page("Telling images apart and making them: two ways to learn", summary, page_sections, footer));
  folder_.mark_done();
  if (!options.quiet) fmt::print("{}\n", printable((folder_ / "report.html").string()));
}

}  // namespace tandem::examples::compare
