#include "nn/module.h"

#include <atomic>
#include <memory>
#include <thread>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "nn/batch_norm.h"
#include "nn/dropout.h"
#include "nn/linear.h"
#include "nn/sequential.h"
#include "tests/check.h"
#include "tests/nn/names_of.h"

using namespace tandem;
using namespace tandem::test;

namespace {

struct Classifier : nn::Module {
  using nn::Module::Module;
  nn::Linear hidden{*this, "hidden", 4, 3};
  nn::Linear output{*this, "output", 3, 2};
  Tensor operator()(const Tensor& x) { return output(relu(hidden(x))); }
};

struct Pair : nn::Module {
  Classifier first{*this, "first"}, second{*this, "second"};
};

struct Normalised : nn::Module {
  nn::Linear linear{*this, "linear", 3, 2};
  nn::BatchNorm1d norm{*this, "norm", 2};
};

}  // namespace

TEST_CASE("module: members register under dotted names", "[nn]") {
  Pair pair;
  CHECK(names_of(pair.named_parameters()) == std::vector<std::string>{"first.hidden.weight", "first.hidden.bias",
                                                                      "first.output.weight", "first.output.bias",
                                                                      "second.hidden.weight", "second.hidden.bias",
                                                                      "second.output.weight", "second.output.bias"});
  CHECK(pair.second.hidden.path() == "second.hidden");
  CHECK(pair.parameter_count() == 2 * (4 * 3 + 3 + 3 * 2 + 2));
  struct Twice : nn::Module {
    nn::Linear a{*this, "same", 1, 1}, b{*this, "same", 1, 1};
  };
  CHECK_THROWS_WITH(Twice(),
                    ContainsSubstring("\"same\" cannot be the name of a part: it is taken\n  hint: names are unique"));
}

TEST_CASE("module: a state dict travels, and one that does not fit changes nothing", "[nn]") {
  Classifier a, b;
  b.load_state_dict(a.state_dict());
  const Tensor x = randn({5, 4});
  CHECK(a(x).to_vector<float>() == b(x).to_vector<float>());

  StateDict state = a.state_dict();
  const auto before = b.hidden.weight.to_vector<float>();
  for (auto& [name, tensor] : state) tensor = tensor.detach().clone().fill_(7);
  state.back().second = zeros({5});
  CHECK_THROWS_AS(b.load_state_dict(state), ShapeError);
  StateDict incomplete = state;
  incomplete.pop_back();
  CHECK_THROWS_WITH(b.load_state_dict(incomplete), ContainsSubstring("missing: output.bias [2]"));
  state.back() = {"nonsense", zeros({5})};
  CHECK_THROWS_WITH(b.load_state_dict(state),
                    ContainsSubstring("missing: output.bias [2]") && ContainsSubstring("unexpected: nonsense [5]"));
  CHECK(b.hidden.weight.to_vector<float>() == before);
  const auto [missing, unexpected] = b.load_state_dict(state, /*strict=*/false);
  CHECK(missing == std::vector<std::string>{"output.bias"});
  CHECK(unexpected == std::vector<std::string>{"nonsense"});
  CHECK(b.hidden.weight.to_vector<float>()[0] == 7);
  state.push_back(state.front());
  CHECK_THROWS_WITH(b.load_state_dict(state, /*strict=*/false), ContainsSubstring("\"hidden.weight\" comes twice"));
}

TEST_CASE("module: a parameter stays with its module", "[nn]") {
  STATIC_REQUIRE_FALSE(std::is_assignable_v<nn::Parameter&, Tensor>);
  STATIC_REQUIRE_FALSE(std::is_assignable_v<nn::Parameter&, nn::Parameter>);
  struct Odd : nn::Module {
    explicit Odd(const Tensor& x) { buffer("mask", x); }
  };
  CHECK_THROWS_WITH(Odd(Tensor()), ContainsSubstring("mask is undefined"));
}

TEST_CASE("module: buffers and parts", "[nn]") {
  const Normalised net;
  CHECK(names_of(net.named_buffers()) ==
        std::vector<std::string>{"norm.running_mean", "norm.running_var", "norm.num_batches_tracked"});
  CHECK(net.named_buffers()[1].second.shares_storage(net.norm.running_var));
  CHECK(net.linear.named_buffers().empty());
  CHECK(net.children() ==
        std::vector<nn::Module*>{const_cast<nn::Linear*>(&net.linear), const_cast<nn::BatchNorm1d*>(&net.norm)});
  CHECK(net.linear.children().empty());
}

TEST_CASE("module: modes, freezing, conversion", "[nn]") {
  struct Net : nn::Module {
    nn::Linear linear{*this, "linear", 4, 4};
    nn::Dropout dropout{*this, "dropout", 0.5};
  } net;
  const Tensor x = ones({2, 4});
  net.eval();
  CHECK(net.dropout(x).to_vector<float>() == x.to_vector<float>());
  CHECK_FALSE(net.linear.is_training());
  net.train();
  for (const float v : net.dropout(ones({1000})).to_vector<float>()) CHECK((v == 0 || v == 2));

  net.freeze();
  CHECK_FALSE(net.linear(x).requires_grad());
  net.freeze(false);
  CHECK(net.linear(x).requires_grad());

  CHECK_THROWS_AS(net.to(DType::int64), DTypeError);
  CHECK(net.linear(x).requires_grad());
  net.to(DType::float64);
  const Tensor y = sum(net.linear(x.to(DType::float64)));
  CHECK(y.dtype() == DType::float64);
  y.backward();
  CHECK(net.linear.weight.grad().dtype() == DType::float64);
  net.zero_grad();
  CHECK_FALSE(net.linear.weight.grad().defined());
}

TEST_CASE("module: errors name the module and how it was built", "[nn]") {
  Pair pair;
  CHECK(message_of<ShapeError>([&] {
          pair.second(ones({2, 5}));
        }) ==
        "linear: x is [2, 5] but weight is [3, 4]\n"
        "  rule: x.shape[-1] == weight.shape[1]   (5 != 4)\n"
        "  hint: this layer was built with in = 4\n"
        "  in module: second.hidden");
}

TEST_CASE("module: what is shared is listed once and saved under each name", "[nn]") {
  struct Tied : nn::Module {
    struct Part : nn::Module {
      Part(nn::Module& parent, std::string name, const Tensor& shared, const Tensor& shared_mean)
          : Module(parent, std::move(name)), weight(parameter("weight", shared)), mean(buffer("mean", shared_mean)) {}
      nn::Parameter weight, mean;
    };
    Tensor weight = zeros({4}), mean = zeros({3});
    Part a{*this, "a", weight, mean}, b{*this, "b", weight, mean};
  };
  const Tied tied;
  CHECK(tied.parameters().size() == 1);
  CHECK(tied.parameter_count() == 4);
  CHECK(names_of(tied.named_parameters()) == std::vector<std::string>{"a.weight"});
  CHECK(names_of(tied.named_buffers()) == std::vector<std::string>{"a.mean"});
  CHECK(names_of(tied.state_dict()) == std::vector<std::string>{"a.weight", "b.weight", "a.mean", "b.mean"});
}

TEST_CASE("module: a part may outlive the whole", "[nn]") {
  nn::Module outermost;
  auto outer = std::make_unique<nn::Sequential>(outermost, "outer");
  const auto part = std::make_unique<nn::Linear>(*outer, "part", 2, 2);
  CHECK(part->path() == "outer.part");
  outer.reset();
  CHECK(part->path() == "part");
  CHECK(outermost.children().empty());
}

TEST_CASE("module: a frozen parameter stays frozen where another module shares it", "[nn]") {
  const bool converted = GENERATE(false, true);
  nn::Linear first(3, 2);
  first.freeze();
  if (converted) first.to(DType::float64);
  struct Tied : nn::Module {
    explicit Tied(const nn::Parameter& w) : weight(parameter("weight", w)) {}
    nn::Parameter weight;
  };
  const Tied tied(first.weight);
  CHECK_FALSE(tied.weight.requires_grad());
  first.freeze(false);
  CHECK(tied.weight.requires_grad());
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

TEST_CASE("module: conversion to the type that it has changes nothing", "[nn]") {
  nn::Linear layer(3, 2);
  const Tensor loss = sum(layer(ones({1, 3})));
  layer.to(DType::float32);
  loss.backward();
  CHECK(layer.weight.grad().defined());
}

TEST_CASE("module: a part may be replaced while its module is evaluated", "[nn]") {
  struct Net : nn::Module {
    nn::Dropout dropout{*this, "dropout", 0.5};
    std::unique_ptr<nn::Linear> head = std::make_unique<nn::Linear>(*this, "head", 3, 2);
  } net;
  {
    const nn::Evaluating evaluating(net);
    net.head.reset();
    net.head = std::make_unique<nn::Linear>(net, "head", 3, 5);
    CHECK_FALSE(net.dropout.is_training());
  }
  CHECK(net.is_training());
  CHECK(net.dropout.is_training());
  CHECK(net.head->is_training());
}

TEST_CASE("module: one that is in evaluation mode is evaluated by several threads", "[nn]") {
  nn::Sequential net;
  net.add<nn::Linear>(3, 2).add<nn::Dropout>(0.5);
  net.eval();
  const Tensor x = ones({1, 3}), y = net(x).detach();
  std::atomic<int> equal_results{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      const NoGrad no_grad;
      for (int j = 0; j < 1000; ++j) {
        const nn::Evaluating evaluating(net);
        equal_results += net(x).to_vector<float>() == y.to_vector<float>();
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(equal_results == 4000);
  CHECK_FALSE(net.is_training());
  net.train();
  net[0].eval();
  { const nn::Evaluating evaluating(net); }
  CHECK(net.is_training());
  CHECK(net[1].is_training());
  CHECK_FALSE(net[0].is_training());
}

TEST_CASE("module: a part has the mode of the whole from the start", "[nn]") {
  nn::Sequential net;
  net.eval();
  net.add<nn::Dropout>(0.5);
  CHECK_FALSE(net[0].is_training());
}
