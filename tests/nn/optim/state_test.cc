#include "nn/optim/state.h"

#include "tests/nn/optim/optimizers.h"

namespace tandem::test {

TEST_CASE("optimizers: a resumed run goes on bit for bit", "[optim][state]") {
  const std::string name = any_optimizer();
  const DType dtype = GENERATE(DType::float32, DType::float64);
  const auto train = [](optim::Optimizer& optimizer, const std::vector<Tensor>& parameters, std::uint64_t seed) {
    Generator generator(seed);
    for (int step = 0; step < 5; ++step) {
      set_gradients(parameters, generator);
      if (step == 1) Tensor(parameters[1]).zero_grad();  // so that step counts differ
      optimizer.step();
    }
  };
  const auto parameters = odd_parameters(dtype, 3);
  const auto optimizer = make(name, parameters);
  train(*optimizer, parameters, 5);
  optimizer->set_lr(0.0123);
  const StateDict state = optimizer->state_dict();
  std::vector<Tensor> copies;
  for (const Tensor& x : parameters) copies.push_back(x.clone().requires_grad_());
  train(*optimizer, parameters, 6);

  const auto resumed = make(name, copies);
  resumed->load_state_dict(state);
  CHECK(resumed->lr() == 0.0123);
  train(*resumed, copies, 6);
  CHECK(same_bits(parameters, copies));
  const StateDict a = optimizer->state_dict(), b = resumed->state_dict();
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].first == b[i].first);
    CHECK(same_bits(a[i].second, b[i].second));
  }
}

TEST_CASE("optimizers: names in the state", "[optim][state]") {
  optim::Adam optimizer({{{leaf({2, 3})}, {}}, {{leaf({4})}, {.lr = 0.5}}});
  for (std::size_t group : {0u, 1u})
    for (Tensor x : optimizer.parameters(group)) x.set_grad(ones(x.shape()));
  optimizer.step();
  std::map<std::string, Tensor> state;
  for (const auto& [name, value] : optimizer.state_dict()) state[name] = value;
  CHECK(state.size() == 2 * 5 + 2 * 3);
  CHECK(state["group.1.lr"].item() == 0.5);
  CHECK(state["step.1"].dtype() == DType::int64);
  CHECK(state["exp_avg.0"].shape() == Shape{2, 3});
  CHECK_THAT(state["exp_avg_sq.1"].to_vector<double>()[3], WithinRel(0.001, 1e-6));
}

TEST_CASE("optimizers: a state that does not fit changes nothing", "[optim][state]") {
  const std::vector<Tensor> parameters = {leaf({3}), leaf({4})};
  optim::Adam optimizer(parameters);
  Generator generator(5);
  set_gradients(parameters, generator);
  optimizer.step();
  const StateDict good = optimizer.state_dict();
  const auto refused = [&](StateDict bad, const std::string& text) {
    bad[0].second = scalar(9, DType::float64);  // group.0.lr
    CHECK_THROWS_WITH(optimizer.load_state_dict(bad), ContainsSubstring(text));
    CHECK(optimizer.lr() == 1e-3);
  };
  StateDict bad = good;
  bad.pop_back();
  refused(bad, "the state has no \"exp_avg_sq.1\"");
  bad = good;
  bad.emplace_back("exp_avg.2", ones({3}));
  refused(bad, "\"exp_avg.2\" is not a part of this state");
  bad = good;
  bad.back().second = ones({5});
  refused(bad, "exp_avg_sq.1 is [5]");
  bad = good;
  bad.back().second = ones({4}, DType::float64);
  refused(bad, "exp_avg_sq.1 is float64");
  bad = good;
  bad.push_back(bad.back());
  refused(bad, "two entries are called \"exp_avg_sq.1\"");
  refused(optim::SGD({leaf({3}), leaf({4})}).state_dict(), "the state has no \"group.0.beta1\"");
}

TEST_CASE("optimizers: a state with numbers that make no sense changes nothing", "[optim][state]") {
  const std::vector<Tensor> parameters = {leaf({3}), leaf({4})};
  optim::Adam optimizer(parameters, {.lr = 0.5});
  Generator generator(5);
  set_gradients(parameters, generator);
  optimizer.step();
  const auto refused = [&](const std::string& name, const Tensor& value, const std::string& text) {
    StateDict bad = optimizer.state_dict();
    for (auto& [key, tensor] : bad) {
      if (key == "group.0.beta2") tensor = scalar(0.5, DType::float64);
      if (key == name) tensor = value;
    }
    CHECK_THROWS_WITH(optimizer.load_state_dict(bad), ContainsSubstring(text));
    CHECK(optimizer.lr() == 0.5);
    CHECK(optimizer.options().beta2 == 0.999);
  };
  refused("group.0.lr", scalar(std::nan(""), DType::float64), "Adam: lr is nan");
  refused("group.0.lr", scalar(-1, DType::float64), "Adam: lr is -1");
  refused("group.0.beta1", scalar(1, DType::float64), "beta1 is 1");
  refused("step.1", optim::detail::state_count(-1), "\"step.1\" is -1");
}

}  // namespace tandem::test
