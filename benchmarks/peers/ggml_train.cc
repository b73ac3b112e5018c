// The training workloads of bench_train in ggml, with its own optimisers and data sets, which hold 32-bit numbers. Only
// full batches are used: 468 of 128.
#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <ggml-blas.h>
#include <ggml-cpu.h>
#include <ggml-opt.h>

#include <array>
#include <cmath>
#include <random>

#include "peer.h"

namespace {

struct Context {
  ggml_context* get;
  explicit Context(std::size_t tensors, std::size_t graphs = 0)
      : get(ggml_init({tensors * ggml_tensor_overhead() + graphs * ggml_graph_overhead(), nullptr, true})) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { ggml_free(get); }
};

/// A net whose parameters and inputs lie in `fixed` and whose graph lies in `graph`.
struct Net {
  Context fixed{64}, graph{GGML_DEFAULT_GRAPH_SIZE, 3};
  std::vector<ggml_tensor*> parameters;
  ggml_tensor *images, *noise = nullptr, *outputs = nullptr;

  explicit Net(int batch) : images(ggml_new_tensor_2d(fixed.get, GGML_TYPE_F32, 784, batch)) { ggml_set_input(images); }

  ggml_tensor* linear(ggml_tensor* x, int outputs) {
    ggml_tensor* weight = ggml_new_tensor_2d(fixed.get, GGML_TYPE_F32, x->ne[0], outputs);
    ggml_tensor* bias = ggml_new_tensor_1d(fixed.get, GGML_TYPE_F32, outputs);
    for (ggml_tensor* p : {weight, bias}) {
      ggml_set_param(p);
      parameters.push_back(p);
    }
    return ggml_add(graph.get, ggml_mul_mat(graph.get, weight, x), bias);
  }

  ggml_tensor* relu(ggml_tensor* x) { return ggml_relu(graph.get, x); }
};

void build_classifier(Net& net, const std::vector<int>& hidden) {
  ggml_tensor* h = net.images;
  for (const int width : hidden) h = net.relu(net.linear(h, width));
  net.outputs = net.linear(h, 10);
}

/// The output is the loss of a whole batch over its size: softplus(l) - x l for each pixel, and the KL divergence.
void build_vae(Net& net, int batch) {
  ggml_context* c = net.graph.get;
  net.noise = ggml_new_tensor_2d(net.fixed.get, GGML_TYPE_F32, 20, batch);
  ggml_set_input(net.noise);
  ggml_tensor* h = net.relu(net.linear(net.images, 400));
  ggml_tensor* mu = net.linear(h, 20);
  ggml_tensor* log_var = net.linear(h, 20);
  ggml_tensor* z = ggml_add(c, mu, ggml_mul(c, ggml_exp(c, ggml_scale(c, log_var, 0.5F)), net.noise));
  ggml_tensor* logits = net.linear(net.relu(net.linear(z, 400)), 784);
  ggml_tensor* pixels = ggml_sum(c, ggml_sub(c, ggml_softplus(c, logits), ggml_mul(c, logits, net.images)));
  ggml_tensor* moments = ggml_sub(c, ggml_add(c, ggml_sqr(c, mu), ggml_exp(c, log_var)), log_var);
  ggml_tensor* kl = ggml_scale_bias(c, ggml_sum(c, moments), 0.5F, -0.5F * 20 * static_cast<float>(batch));
  net.outputs = ggml_scale(c, ggml_add(c, pixels, kl), 1.0F / static_cast<float>(batch));
}

void set_normal(ggml_tensor* tensor, float deviation, std::mt19937& random) {
  std::normal_distribution<float> normal(0, deviation);
  std::vector<float> values(static_cast<std::size_t>(ggml_nelements(tensor)));
  for (float& v : values) v = normal(random);
  ggml_backend_tensor_set(tensor, values.data(), 0, ggml_nbytes(tensor));
}

ggml_opt_optimizer_params optimizer_params(void*) {
  ggml_opt_optimizer_params params{};
  params.adamw = {.alpha = 1e-3F, .beta1 = 0.9F, .beta2 = 0.999F, .eps = 1e-8F, .wd = 0};
  params.sgd = {.alpha = 0.1F, .wd = 0};
  return params;
}

ggml_opt_dataset_t dataset_of(const peers::Mnist& mnist, bool labelled) {
  const auto count = static_cast<std::int64_t>(mnist.size());
  ggml_opt_dataset_t dataset = ggml_opt_dataset_init(GGML_TYPE_F32, GGML_TYPE_F32, 784, labelled ? 10 : 0, count, 1);
  float* pixels = ggml_get_data_f32(ggml_opt_dataset_data(dataset));
  for (std::size_t i = 0; i < mnist.pixels.size(); ++i) pixels[i] = static_cast<float>(mnist.pixels[i]) / 255;
  if (!labelled) return dataset;
  float* labels = ggml_get_data_f32(ggml_opt_dataset_labels(dataset));
  for (std::size_t i = 0; i < mnist.size(); ++i)
    for (std::size_t k = 0; k < 10; ++k) labels[i * 10 + k] = mnist.labels[i] == k;
  return dataset;
}

void measure(const std::string& workload, int threads, const peers::Options& options, const peers::Mnist& mnist) {
  std::mt19937 random(1);
  Net net(options.batch);
  if (workload == "w3") build_vae(net, options.batch);
  else build_classifier(net, workload == "w1" ? std::vector{128} : std::vector{512, 512});

  ggml_backend_t blas = ggml_backend_blas_init(), cpu = ggml_backend_cpu_init();
  ggml_backend_blas_set_n_threads(blas, threads);
  ggml_backend_cpu_set_n_threads(cpu, threads);
  std::array<ggml_backend_t, 2> backends{blas, cpu};
  ggml_backend_sched_t scheduler =
      ggml_backend_sched_new(backends.data(), nullptr, 2, GGML_DEFAULT_GRAPH_SIZE, false, true);
  ggml_backend_buffer_t memory = ggml_backend_alloc_ctx_tensors(net.fixed.get, cpu);
  for (ggml_tensor* p : net.parameters) set_normal(p, 1 / std::sqrt(3 * static_cast<float>(p->ne[0])), random);

  const bool classifier = workload != "w3";
  ggml_opt_params params =
      ggml_opt_default_params(scheduler, classifier ? GGML_OPT_LOSS_TYPE_CROSS_ENTROPY : GGML_OPT_LOSS_TYPE_SUM);
  params.ctx_compute = net.graph.get;
  params.inputs = net.images;
  params.outputs = net.outputs;
  params.get_opt_pars = optimizer_params;
  params.optimizer = workload == "w1" ? GGML_OPT_OPTIMIZER_TYPE_SGD : GGML_OPT_OPTIMIZER_TYPE_ADAMW;
  ggml_opt_context_t optimizer = ggml_opt_init(params);
  ggml_opt_dataset_t dataset = dataset_of(mnist, classifier);
  const std::int64_t batches = static_cast<std::int64_t>(mnist.size()) / options.batch;

  peers::time_training("ggml " + std::string(ggml_version()) + " with OpenBLAS", workload, threads, options, [&] {
    ggml_opt_dataset_shuffle(optimizer, dataset, -1);
    double sum = 0;
    for (std::int64_t b = 0; b < batches; ++b) {
      ggml_opt_alloc(optimizer, true);
      ggml_opt_dataset_get_batch(dataset, net.images, ggml_opt_labels(optimizer), b);
      if (net.noise) set_normal(net.noise, 1, random);
      ggml_opt_eval(optimizer, nullptr);
      float loss = 0;
      ggml_backend_tensor_get(ggml_opt_loss(optimizer), &loss, 0, sizeof loss);
      sum += loss;
    }
    return sum / static_cast<double>(batches);
  });

  ggml_opt_dataset_free(dataset);
  ggml_opt_free(optimizer);
  ggml_backend_sched_free(scheduler);
  ggml_backend_buffer_free(memory);
  ggml_backend_free(blas);
  ggml_backend_free(cpu);
}

}  // namespace

int main(int argc, char** argv) {
  peers::flush_denormals();
  return peers::run(argc, argv, {"w1", "w2", "w3"}, measure);
}
