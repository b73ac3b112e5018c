// The real images, where they are: scripts/fetch-data mnist gets them. Elsewhere these tests are skipped.

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "nn/data/idx.h"
#include "tests/catch.h"
#include "tests/datasets.h"
#include "tests/examples/training.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("mnist: the images that everyone has", "[programs]") {
  const auto folder = folder_with_mnist();
  if (folder.empty()) return;
  const data::Images train = data::read_mnist(folder / "mnist", true), test = data::read_mnist(folder / "mnist", false);
  CHECK(train.size() == 60'000);
  CHECK(test.size() == 10'000);
  CHECK(train.classes == 10);
  CHECK(train.labels.rows(0, 5).to_vector<std::int64_t>() == std::vector<std::int64_t>{5, 0, 4, 1, 9});
  CHECK(test.labels.rows(0, 5).to_vector<std::int64_t>() == std::vector<std::int64_t>{7, 2, 1, 0, 4});
  CHECK(mean(train.pixels.to(DType::float64)).item() / 255 == Approx(0.1306604762738429));
}

TEST_CASE("mnist: an epoch on 10,000 images, and most of the others are told apart", "[programs]") {
  const auto data = folder_with_mnist();
  if (data.empty()) return;
  const TemporaryFolder folder;
  const Outcome outcome = run("train_mlp", {"--data-dir", data.string(), "--limit", "10000", "--epochs", "1",
                                            "--hidden", "64", "--out", (folder / "run").string()});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  CHECK(read_json(folder / "run/summary.json")["test_accuracy"] > 0.85);
}

TEST_CASE("mnist: a VAE says more of each image than the mean of all does", "[programs]") {
  const auto data = folder_with_mnist();
  if (data.empty()) return;
  const auto mean_of = [&](bool train) {
    return mean(data::read_mnist(data / "mnist", train).pixels.to(DType::float64) / 255, {0});
  };
  const Tensor p = clamp(mean_of(true), 1e-4, 1), q = mean_of(false);
  const double of_mean = -sum(q * log(p) + (1 - q) * log1p(-p)).item();  // nats per test image
  const TemporaryFolder folder;
  const Outcome outcome = run("train_vae", {"--data-dir", data.string(), "--limit", "10000", "--epochs", "5",
                                            "--hidden", "128", "--out", (folder / "run").string()});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  CHECK(read_json(folder / "run/summary.json")["test_loss"] < of_mean);
}
