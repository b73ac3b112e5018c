// Times training as a user's program does it: data from bytes, shuffled, with loss and accuracy.
//
//     bench_train                             w1, w2 and w3 beside their matrix products alone
//     bench_train --workload w2 --threads 2 --epochs 21
//     bench_train --dense                     no pixel is 0, so that products can skip nothing
//     bench_train --workload w4a              one image, microseconds; w4b: images per second, batches of 1024
//     bench_train --workload w5               from the start of the process to the first step, one thread; peak memory
//     bench_train --workload tiny             a step of a 2-64-1 net, batch 16
//
// Prints a line of JSON for each workload and number of threads.

#include <fmt/core.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <span>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/kernels/gemm.h"
#include "autograd/kernels/peak.h"
#include "autograd/ops/loss.h"
#include "autograd/random.h"
#include "autograd/threads.h"
#include "benchmarks/support/exchange.h"
#include "benchmarks/support/flags.h"
#include "benchmarks/support/gemm_peers.h"
#include "benchmarks/support/rounds.h"
#include "examples/support/flags.h"
#include "examples/support/machine.h"
#include "examples/support/median.h"
#include "examples/support/program.h"
#include "examples/support/streams.h"
#include "models/mlp.h"
#include "models/vae.h"
#include "nn/data/loader.h"
#include "nn/data/source.h"
#include "nn/metrics.h"
#include "nn/optim/adam.h"
#include "nn/optim/sgd.h"

using namespace tandem;
using namespace tandem::benchmarks;

namespace {

struct Options {
  std::vector<std::string> workloads{"w1", "w2", "w3"};
  std::vector<int> threads{1, 2};
  Index batch = 128;
  int epochs = 11;
  bool alone = false;
  bool dense = false;
  std::string data = "mnist";
  std::filesystem::path data_dir = "datasets";

  void add_to(CLI::App& app) {
    app.add_option("--workload", workloads, "w1, w2, w3, w4a, w4b, w5, tiny")
        ->delimiter(',')
        ->check(CLI::IsMember({"w1", "w2", "w3", "w4a", "w4b", "w5", "tiny"}));
    const CLI::Option* const threads_given = add_thread_counts(app, threads);
    app.add_option("--batch-size", batch, "of training")->check(examples::whole_number_from(1, 1 << 20));
    add_repetitions(app, "--epochs", epochs, "epochs, or rounds, whose median is shown");
    app.add_flag("--alone", alone, "without the matrix products, as for a profiler");
    app.add_flag("--dense", dense, "raise every pixel by 1, so that products can leave nothing out");
    app.add_option("--data", data, "mnist, fashion, synthetic or a folder")->type_name("NAME|PATH");
    examples::add_data_dir(app, data_dir);
    app.final_callback([this, threads_given] {
      if (std::find(workloads.begin(), workloads.end(), "w5") == workloads.end()) return;
      if (threads_given->empty()) threads = {1};
      if (workloads.size() > 1 || threads.size() > 1)
        throw examples::UsageError(
            "--workload w5 counts from the start of the process: it is measured alone, with one number of threads");
    });
  }
};

data::Images load_images(const Options& options) {
  data::Images images = data::load(options.data, options.data_dir).train;
  if (!options.dense) return images;
  images.pixels = images.pixels.clone();
  const std::span pixels(images.pixels.mutable_data<std::uint8_t>(), static_cast<std::size_t>(images.pixels.size()));
  for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(std::min(pixel + 1, 255));
  return images;
}

/// The hidden layers of w1 and w4a, or those of w2, w4b and w5.
std::vector<Index> hidden_of(const std::string& workload) {
  if (workload == "w1" || workload == "w4a") return {128};
  return {512, 512};
}

/// A model in training, with the figures that a program shows: after an epoch, `loss` is its mean training loss, and
/// `correct` the number of images that a classifier had right.
struct Trainer {
  std::unique_ptr<nn::Module> model;
  std::unique_ptr<optim::Optimizer> optimizer;
  std::function<Tensor(const data::Batch&, Index& correct)> batch_loss;
  double loss = 0;
  Index correct = 0;

  void epoch(const data::Images& images, Index batch_size, Generator& order) {
    double sum = 0;
    correct = 0;
    for (const data::Batch& batch : data::Loader(images, {.batch_size = batch_size}, order)) {
      const Tensor l = batch_loss(batch, correct);
      optimizer->zero_grad();
      l.backward();
      optimizer->step();
      sum += l.item() * static_cast<double>(batch.image.dim(0));
    }
    loss = sum / static_cast<double>(images.size());
  }
};

Trainer make_trainer(const std::string& workload, Index inputs) {
  Trainer t;
  if (workload == "w3") {
    auto vae = std::make_unique<models::Vae>(models::VaeOptions{.inputs = inputs});
    t.batch_loss = [m = vae.get()](const data::Batch& batch, Index&) { return m->elbo(batch.image).loss(); };
    t.model = std::move(vae);
  } else {
    auto mlp = std::make_unique<models::Mlp>(models::MlpOptions{.inputs = inputs, .hidden = hidden_of(workload)});
    t.batch_loss = [m = mlp.get()](const data::Batch& batch, Index& correct) {
      const Tensor logits = (*m)(batch.image);
      correct += nn::correct_predictions(logits, batch.label);
      return cross_entropy(logits, batch.label);
    };
    t.model = std::move(mlp);
  }
  if (workload == "w1") t.optimizer = std::make_unique<optim::SGD>(t.model->parameters(), optim::SGDOptions{.lr = 0.1});
  else t.optimizer = std::make_unique<optim::Adam>(t.model->parameters());
  return t;
}

nlohmann::json seconds(const Timing& timing) {
  return {{"seconds_median", timing.median()}, {"seconds_min", timing.min()}, {"seconds_max", timing.max()}};
}

nlohmann::json line(const std::string& workload, Index batch) {
  return {{"workload", workload}, {"threads", num_threads()}, {"batch", batch}};
}

/// Times epochs of training and, in turn with them, their matrix products alone: by the backend in use, by oneDNN if it
/// was found, and by Eigen.
nlohmann::json time_training(const std::string& workload, const Options& options, const data::Images& images) {
  manual_seed(1);
  Generator order(1);
  Trainer trainer = make_trainer(workload, images.pixels.dim(1));
  const std::string backend = kernels::gemm_backend();
  std::vector<GemmLibrary> libraries = benchmarks::gemm_backends();
  for (const GemmLibrary& peer : gemm_peers()) libraries.push_back(peer);
  std::erase_if(libraries, [&](const GemmLibrary& l) {
    return options.alone || (l.name != backend && l.name != "onednn" && l.name != "eigen");
  });

  // The loader's batches: full ones and, if some images remain, a smaller one.
  const Index steps = images.size() / options.batch, rest = images.size() % options.batch;
  const auto operands_of = [&](Index batch) {
    const std::vector<GemmShape> shapes = batch > 0 ? products_of(workload, batch) : std::vector<GemmShape>();
    return std::vector<GemmOperands>(shapes.begin(), shapes.end());
  };
  const std::vector<GemmOperands> operands = operands_of(options.batch), last_operands = operands_of(rest);
  double limit_flop = 0;
  std::vector<double> exchange, rewrite;
  std::vector<Contender> contenders{{"training",
                                     [&] {
                                       kernels::set_gemm_backend(backend);
                                       trainer.epoch(images, options.batch, order);
                                     }},
                                    {"limit",
                                     [&] {
                                       limit_flop = 0;
                                       for (int i = 0; i < 20; ++i) limit_flop += kernels::multiply_add_loop();
                                     }},
                                    {"exchange", [&] {
                                       exchange.push_back(exchange_nanoseconds());
                                       rewrite.push_back(rewrite_nanoseconds());
                                     }}};
  const std::size_t others = contenders.size();
  for (const GemmLibrary& library : libraries)
    contenders.push_back({library.name, [&] {
                            for (Index i = 0; i < steps; ++i)
                              for (const GemmOperands& o : operands) o.multiply_by(library);
                            for (const GemmOperands& o : last_operands) o.multiply_by(library);
                          }});
  const std::vector<Timing> timings = time_in_turn(contenders, options.epochs, 0);
  kernels::set_gemm_backend(backend);

  double flop = 0;  // of an epoch; the size of the batches does not change it
  for (const GemmShape& shape : products_of(workload, images.size())) flop += shape.flop();
  nlohmann::json result = line(workload, options.batch);
  result["epochs"] = options.epochs;
  result.update(seconds(timings[0]));
  result["gflops"] = flop / timings[0].median() / 1e9;
  result["final_loss"] = trainer.loss;
  result["exchange_nanoseconds"] = examples::median(exchange);
  result["rewrite_nanoseconds"] = examples::median(rewrite);
  result["limit_gflops"] = limit_flop / timings[1].median() / 1e9;
  for (std::size_t i = others; i < contenders.size(); ++i) {
    std::vector<double> ratios;
    for (std::size_t r = 0; r < timings[0].seconds.size(); ++r)
      ratios.push_back(timings[0].seconds[r] / timings[i].seconds[r]);
    result["products"][contenders[i].name] = seconds(timings[i]);
    result["products"][contenders[i].name]["ratio_median"] = examples::median(ratios);
  }
  return result;
}

/// Times forward passes of an untrained net of the workload's shape.
nlohmann::json time_inference(const std::string& workload, const Options& options, const data::Images& images) {
  const Index batch = workload == "w4a" ? 1 : 1024, batches = workload == "w4a" ? 64 : 8;
  models::Mlp model({.inputs = images.pixels.dim(1), .hidden = hidden_of(workload)});
  model.eval();
  const NoGrad no_grad;
  std::vector<Tensor> inputs;  // different images each time: their cost depends on how many of their pixels are 0
  for (Index i = 0; i < batches; ++i) inputs.push_back(images.batch(i * batch, (i + 1) * batch).image);
  std::size_t next = 0;
  const auto infer = [&] { model(inputs[next++ % inputs.size()]); };
  const Timing timing = time_in_turn({{workload, infer}}, options.epochs, 0.05).front();
  nlohmann::json result = line(workload, batch);
  result.update(seconds(timing));
  result["images_per_second"] = static_cast<double>(batch) / timing.median();
  return result;
}

nlohmann::json time_tiny(const Options& options) {
  models::Mlp model({.inputs = 2, .hidden = {64}, .classes = 1});
  optim::SGD optimizer(model.parameters(), {.lr = 0.01});
  const Tensor x = randn({16, 2}), y = randn({16, 1});
  const Timing timing = time_in_turn({{"tiny",
                                       [&] {
                                         const Tensor loss = mse(model(x), y);
                                         optimizer.zero_grad();
                                         loss.backward();
                                         optimizer.step();
                                       }}},
                                     options.epochs, 0.02)
                            .front();
  nlohmann::json result = line("tiny", 16);
  result.update(seconds(timing));
  return result;
}

/// The cost of a program that trains for one epoch and ends.
nlohmann::json time_start(const Options& options, const data::Images& images) {
  manual_seed(1);
  Generator order(1);
  Trainer trainer = make_trainer("w2", images.pixels.dim(1));
  trainer.epoch(images.first(options.batch), options.batch, order);
  const double start = examples::seconds_since_start();
  trainer.epoch(images, options.batch, order);
  nlohmann::json result = line("w5", options.batch);
  result["seconds_to_first_step"] = start;
  result["peak_memory_bytes"] = examples::peak_memory_bytes();
  return result;
}

void time_all(const Options& options) {
  for (const int threads : options.threads) {
    set_num_threads(threads);
    for (const std::string& workload : options.workloads) {
      nlohmann::json result;
      if (workload == "tiny") result = time_tiny(options);
      else if (const data::Images images = load_images(options); workload == "w5") result = time_start(options, images);
      else if (workload.starts_with("w4")) result = time_inference(workload, options, images);
      else result = time_training(workload, options, images);
      examples::say(result.dump() + "\n");  // at once: minutes pass between two lines
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  return examples::run_program(argc, argv, "Times training and inference.", options, [&] { time_all(options); });
}
