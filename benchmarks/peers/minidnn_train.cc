// The workloads of bench_train that MiniDNN can express (it has no VAE). Its products are Eigen's.
//
// Its fit() copies the images into batches once, before the first epoch; that is not timed. Denormals are not flushed:
// with them flushed the loss of w2 is exactly 0 after seven epochs, which no trained net has.
#include <MiniDNN.h>
#include <omp.h>

#include "peer.h"

using namespace MiniDNN;
using Matrix = Eigen::MatrixXf;

namespace {

/// Notes how long each epoch takes, and its mean loss.
struct Clock : Callback {
  std::vector<double> seconds;
  double loss = 0;

  void pre_training_batch(const Network*, const Matrix&, const Matrix&) override {
    if (m_batch_id > 0) return;
    start = std::chrono::steady_clock::now();
    sum = 0;
  }

  void post_training_batch(const Network* net, const Matrix&, const Matrix&) override {
    sum += net->get_output()->loss();
    if (m_batch_id + 1 < m_nbatch) return;
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    loss = sum / m_nbatch;
  }

 private:
  std::chrono::steady_clock::time_point start;
  double sum = 0;
};

void add_layers(Network& net, const std::vector<int>& widths) {
  const std::size_t last = widths.size() - 2;
  for (std::size_t i = 0; i < last; ++i) net.add_layer(new FullyConnected<ReLU>(widths[i], widths[i + 1]));
  net.add_layer(new FullyConnected<Softmax>(widths[last], widths[last + 1]));
  net.set_output(new MultiClassEntropy());
  net.init(0, 0.05F, 1);
}

/// The first `count` images, a column each, from 0 to 1.
Matrix images(const peers::Mnist& mnist, Eigen::Index count) {
  return Eigen::Map<const Eigen::Matrix<std::uint8_t, -1, -1>>(mnist.pixels.data(), 784, count).cast<float>() / 255;
}

void measure(const std::string& workload, int threads, const peers::Options& options, const peers::Mnist& mnist) {
  const std::string name = "MiniDNN with Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." +
                           std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION);
  const bool small = workload == "w1" || workload == "w4a";
  omp_set_num_threads(threads);
  Network net;
  add_layers(net, small ? std::vector{784, 128, 10} : std::vector{784, 512, 512, 10});
  if (workload == "w4a" || workload == "w4b") {
    const int batch = small ? 1 : 1024;
    const Matrix x = images(mnist, batch);
    float first = 0;
    peers::time_inference(name, workload, threads, options, batch, [&] { first += net.predict(x)(0); });
    if (std::isnan(first)) throw std::runtime_error("a prediction is NaN");
    return;
  }
  const auto count = static_cast<Eigen::Index>(mnist.size());
  Matrix target = Matrix::Zero(10, count);
  for (Eigen::Index i = 0; i < count; ++i) target(mnist.labels[static_cast<std::size_t>(i)], i) = 1;
  Clock clock;
  net.set_callback(clock);
  SGD sgd(0.1F);
  Adam adam;
  Optimizer& optimizer = small ? static_cast<Optimizer&>(sgd) : adam;
  net.fit(optimizer, images(mnist, count), target, options.batch, options.epochs + 1, 1);
  clock.seconds.erase(clock.seconds.begin());
  peers::print_line(name, workload, threads, options.batch, clock.seconds, clock.loss);
}

}  // namespace

int main(int argc, char** argv) { return peers::run(argc, argv, {"w1", "w2", "w4a", "w4b"}, measure); }
