// What a module says of its parts and buffers, and numbers of another type that are loaded into it.

#include "autograd/create.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "nn/activation.h"
#include "nn/batch_norm.h"
#include "nn/embedding_bag.h"
#include "nn/linear.h"
#include "nn/sequential.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

namespace {

struct Normalised : nn::Module {
  nn::Linear linear{*this, "linear", 3, 2};
  nn::BatchNorm1d norm{*this, "norm", 2};
};

struct OneTable : nn::Module {
  nn::EmbeddingBag table;
  explicit OneTable(nn::EmbeddingBagOptions options) : table(*this, "table", 500, 40, options) {}
};

}  // namespace

TEST_CASE("module: buffers and parts", "[nn]") {
  const Normalised net;
  std::vector<std::string> names_of_buffers;
  for (const auto& [name, tensor] : net.named_buffers()) names_of_buffers.push_back(name);
  CHECK(names_of_buffers ==
        std::vector<std::string>{"norm.running_mean", "norm.running_var", "norm.num_batches_tracked"});
  CHECK(net.named_buffers()[1].second.shares_storage(net.norm.running_var));
  CHECK(net.linear.named_buffers().empty());
  CHECK(net.children() ==
        std::vector<nn::Module*>{const_cast<nn::Linear*>(&net.linear), const_cast<nn::BatchNorm1d*>(&net.norm)});
  CHECK(net.linear.children().empty());
}

TEST_CASE("module: numbers of another type are converted", "[nn]") {
  const auto [own, given] =
      GENERATE(std::pair(DType::float32, DType::float64), std::pair(DType::float64, DType::float32));
  Normalised net;
  net.to(own);
  const Tensor weight = net.linear.weight;
  StateDict state;
  for (const auto& [name, tensor] : net.state_dict())
    state.emplace_back(name, full(tensor.shape(), 0.5, is_floating(tensor.dtype()) ? given : tensor.dtype()));
  net.load_state_dict(state);
  CHECK(weight.dtype() == own);
  check_equal(weight, full({2, 3}, 0.5));
  check_equal(net.norm.running_var, full({2}, 0.5));
  CHECK(weight.requires_grad());
}

TEST_CASE("sequential: its size", "[nn]") {
  nn::Sequential net;
  CHECK(net.size() == 0);
  net.add<nn::Linear>(3, 2).add<nn::ReLU>();
  CHECK(net.size() == 2);
}

TEST_CASE("EmbeddingBag: starts with the deviation that is wanted", "[nn]") {
  manual_seed(4);
  const auto deviation_of = [](nn::EmbeddingBagOptions options) {
    return std::sqrt(variance(OneTable(options).table.weight).item());
  };
  CHECK_THAT(deviation_of({}), WithinRel(1, 0.03));
  CHECK_THAT(deviation_of({.deviation = 0.25}), WithinRel(0.25, 0.03));
  check_equal(OneTable({.deviation = 0}).table.weight, zeros({500, 40}));
  CHECK(OneTable({.sparse = true}).table.is_sparse());
  CHECK_FALSE(OneTable({}).table.is_sparse());
}
