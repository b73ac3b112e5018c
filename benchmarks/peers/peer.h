// What the programs of this folder share: their flags, MNIST, and lines of JSON like those of bench_train.
#pragma once

#include <immintrin.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace peers {

struct Options {
  std::vector<std::string> workloads;
  std::vector<int> threads{1, 2};
  int batch = 128;
  int epochs = 5;
  std::string data_dir = "datasets";
};

/// The training images: 784 bytes each, and their labels.
struct Mnist {
  std::vector<std::uint8_t> pixels, labels;
  std::size_t size() const { return labels.size(); }
};

inline std::vector<std::uint8_t> read_bytes(const std::string& path, int header) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be opened (scripts/fetch-data mnist)");
  file.ignore(header);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Mnist read_mnist(const std::string& data_dir) {
  const std::string folder = data_dir + "/mnist/";
  return {read_bytes(folder + "train-images-idx3-ubyte", 16), read_bytes(folder + "train-labels-idx1-ubyte", 8)};
}

/// Makes this thread, and those that it starts from now on, treat denormal numbers as zero: Adam's moments of rarely
/// used weights become denormal, and without this every framework gets slower with each epoch.
inline void flush_denormals() { _mm_setcsr(_mm_getcsr() | 0x8040); }

/// Seconds of each of `count` calls, after one to warm up.
inline std::vector<double> time_calls(int count, const std::function<void()>& call) {
  std::vector<double> seconds;
  for (int i = 0; i <= count; ++i) {
    const auto start = std::chrono::steady_clock::now();
    call();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  seconds.erase(seconds.begin());
  return seconds;
}

inline void print_line(const std::string& peer, const std::string& workload, int threads, int batch,
                       std::vector<double> seconds, double final_loss) {
  std::sort(seconds.begin(), seconds.end());
  const std::size_t n = seconds.size();
  nlohmann::json line{{"peer", peer}, {"workload", workload}, {"threads", threads}, {"batch", batch}, {"epochs", n}};
  line["seconds_median"] = (seconds[n / 2] + seconds[(n - 1) / 2]) / 2;
  line["seconds_min"] = seconds.front();
  line["seconds_max"] = seconds.back();
  if (workload == "w4a" || workload == "w4b") line["images_per_second"] = batch / line["seconds_median"].get<double>();
  else line["final_loss"] = final_loss;
  std::cout << line.dump() << std::endl;
}

/// Times epochs of training; `epoch` returns its mean loss.
inline void time_training(const std::string& peer, const std::string& workload, int threads, const Options& options,
                          const std::function<double()>& epoch) {
  double loss = 0;
  const std::vector<double> seconds = time_calls(options.epochs, [&] { loss = epoch(); });
  print_line(peer, workload, threads, options.batch, seconds, loss);
}

/// Times forward passes, enough at a time for the clock to be precise.
inline void time_inference(const std::string& peer, const std::string& workload, int threads, const Options& options,
                           int batch, const std::function<void()>& forward) {
  const int repetitions = batch == 1 ? 10000 : 20;
  std::vector<double> seconds = time_calls(options.epochs, [&] {
    for (int i = 0; i < repetitions; ++i) forward();
  });
  for (double& s : seconds) s /= repetitions;
  print_line(peer, workload, threads, batch, seconds, 0);
}

/// main: calls `measure` for each number of threads and each workload; `workloads` are those that the framework can do.
inline int run(
    int argc, char** argv, std::vector<std::string> workloads,
    const std::function<void(const std::string& workload, int threads, const Options&, const Mnist&)>& measure) try {
  Options options{.workloads = std::move(workloads)};
  CLI::App app("The workloads of bench_train in another framework.");
  app.add_option("--workload", options.workloads, "what to measure")
      ->delimiter(',')
      ->check(CLI::IsMember(std::vector<std::string>(options.workloads)));
  app.add_option("--threads", options.threads, "numbers of threads, one after the other")->delimiter(',');
  app.add_option("--batch-size", options.batch, "of training")->check(CLI::PositiveNumber);
  app.add_option("--epochs", options.epochs, "epochs, or rounds, whose median is shown")->check(CLI::PositiveNumber);
  app.add_option("--data-dir", options.data_dir, "where datasets lie")->envname("TANDEM_DATA");
  CLI11_PARSE(app, argc, argv);
  const Mnist mnist = read_mnist(options.data_dir);
  for (const int threads : options.threads)
    for (const std::string& workload : options.workloads) measure(workload, threads, options, mnist);
  return 0;
} catch (const std::exception& error) {
  std::cerr << argv[0] << ": " << error.what() << '\n';
  return 1;
}

}  // namespace peers
