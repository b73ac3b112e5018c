// The workloads of bench_train in PyTorch's C++ library: data stay bytes until a batch is made.
#include <torch/torch.h>

#include "peer.h"

namespace nn = torch::nn;
namespace F = torch::nn::functional;
using torch::Tensor;

namespace {

nn::Sequential mlp(const std::vector<int>& widths) {
  nn::Sequential net;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    if (i > 0) net->push_back(nn::ReLU());
    net->push_back(nn::Linear(widths[i], widths[i + 1]));
  }
  return net;
}

struct Vae : nn::Module {
  nn::Linear hidden{784, 400}, mu{400, 20}, log_var{400, 20};
  nn::Sequential decoder = mlp({20, 400, 784});

  Vae() {
    register_module("hidden", hidden);
    register_module("mu", mu);
    register_module("log_var", log_var);
    register_module("decoder", decoder);
  }

  Tensor loss(const Tensor& x) {
    const Tensor h = torch::relu(hidden(x)), m = mu(h), v = log_var(h);
    const Tensor logits = decoder->forward(m + torch::exp(0.5 * v) * torch::randn_like(m));
    const auto sum = F::BinaryCrossEntropyWithLogitsFuncOptions().reduction(torch::kSum);
    const Tensor reconstruction = F::binary_cross_entropy_with_logits(logits, x, sum);
    return (reconstruction - 0.5 * torch::sum(1 + v - m * m - v.exp())) / x.size(0);
  }
};

struct Data {
  Tensor pixels, labels;
};

/// Before torch 2.0, zero_grad() can only write zeros, to which the next gradients are added.
void drop_gradients(torch::optim::Optimizer& optimizer) {
  for (torch::optim::OptimizerParamGroup& group : optimizer.param_groups())
    for (Tensor& parameter : group.params()) parameter.mutable_grad() = Tensor();
}

/// Trains for an epoch, in a new order; returns its mean loss.
double epoch(const std::function<Tensor(const Tensor& x, const Tensor& y)>& loss_of, torch::optim::Optimizer& optimizer,
             const Data& data, int batch) {
  double total = 0;
  for (const Tensor& places : torch::randperm(data.labels.size(0)).split(batch)) {
    const Tensor x = data.pixels.index_select(0, places).to(torch::kFloat) / 255;
    const Tensor y = data.labels.index_select(0, places);
    const Tensor loss = loss_of(x, y);
    drop_gradients(optimizer);
    loss.backward();
    optimizer.step();
    total += loss.item<double>() * static_cast<double>(x.size(0));
  }
  return total / static_cast<double>(data.labels.size(0));
}

void measure(const std::string& workload, int threads, const peers::Options& options, const peers::Mnist& mnist) {
  const std::string name = std::string("libtorch ") + TORCH_VERSION;
  const auto count = static_cast<std::int64_t>(mnist.size());
  const Data data{
      torch::from_blob(const_cast<std::uint8_t*>(mnist.pixels.data()), {count, 784}, torch::kByte),
      torch::from_blob(const_cast<std::uint8_t*>(mnist.labels.data()), {count}, torch::kByte).to(torch::kLong)};
  torch::set_num_threads(threads);
  torch::manual_seed(1);
  if (workload == "w3") {
    Vae vae;
    torch::optim::Adam adam(vae.parameters());
    const auto loss = [&](const Tensor& x, const Tensor&) { return vae.loss(x); };
    return peers::time_training(name, workload, threads, options,
                                [&] { return epoch(loss, adam, data, options.batch); });
  }
  const bool small = workload == "w1" || workload == "w4a";
  nn::Sequential net = small ? mlp({784, 128, 10}) : mlp({784, 512, 512, 10});
  if (workload == "w4a" || workload == "w4b") {
    const torch::InferenceMode inference;
    const int batch = small ? 1 : 1024;
    const Tensor x = data.pixels.slice(0, 0, batch).to(torch::kFloat) / 255;
    return peers::time_inference(name, workload, threads, options, batch, [&] { net->forward(x); });
  }
  std::unique_ptr<torch::optim::Optimizer> optimizer;
  if (workload == "w1")
    optimizer = std::make_unique<torch::optim::SGD>(net->parameters(), torch::optim::SGDOptions(0.1));
  else optimizer = std::make_unique<torch::optim::Adam>(net->parameters());
  std::int64_t correct = 0;
  const auto loss = [&](const Tensor& x, const Tensor& y) {
    const Tensor logits = net->forward(x);
    correct += (logits.argmax(1) == y).sum().item<std::int64_t>();
    return F::cross_entropy(logits, y);
  };
  peers::time_training(name, workload, threads, options, [&] { return epoch(loss, *optimizer, data, options.batch); });
}

}  // namespace

int main(int argc, char** argv) {
  peers::flush_denormals();
  return peers::run(argc, argv, {"w1", "w2", "w3", "w4a", "w4b"}, measure);
}
