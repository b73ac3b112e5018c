#include "nn/optim/schedule.h"

#include "autograd/create.h"
#include "nn/optim/adam.h"
#include "nn/optim/plateau.h"
#include "nn/optim/rmsprop.h"
#include "nn/optim/sgd.h"
#include "tests/catch.h"

namespace tandem::optim {
namespace {

Tensor weight() { return zeros({1}).requires_grad_(); }

}  // namespace

TEST_CASE("schedules: known values", "[optim]") {
  CHECK(StepLR{.step_size = 10}(1, 9) == 1);
  CHECK_THAT(StepLR{.step_size = 10}(1, 20), WithinRel(0.01, 1e-12));
  CHECK_THAT((LinearLR{.start_factor = 0.5, .total_iters = 4}(1, 1)), WithinRel(0.625, 1e-12));
  CHECK(LinearLR{}(2, 100) == 2);
  CHECK_THAT((CosineAnnealingLR{.t_max = 10, .eta_min = 1}(3, 5)), WithinRel(2.0, 1e-12));
  CHECK_THAT((CosineAnnealingLR{.t_max = 10, .eta_min = 1}(3, 10)), WithinRel(1.0, 1e-12));
  CHECK(HoldLinearLR{30}(2, 20) == 2);
  CHECK_THAT(HoldLinearLR{30}(2, 25), WithinRel(1.0, 1e-12));
  CHECK(HoldLinearLR{30}(2, 30) == 0);
  CHECK(HoldLinearLR{30}(2, 31) == 0);
  const OneCycleLR cycle{.max_lr = 1, .total_steps = 100};
  CHECK_THAT(cycle(7, 0), WithinRel(1.0 / 25, 1e-12));
  CHECK_THAT(cycle(7, 29), WithinRel(1.0, 1e-12));
  CHECK_THAT(cycle(7, 99), WithinRel(1.0 / 25e4, 1e-9));
  CHECK(cycle(7, 100) == cycle(7, 99));
  CHECK_THAT(cycle.momentum(29), WithinRel(0.85, 1e-12));
}

TEST_CASE("schedules: the first value holds at once, and each group has its own base", "[optim]") {
  SGD optimizer({{{weight()}, {.lr = 1}}, {{weight()}, {.lr = 3}}});
  Schedule schedule(optimizer, LinearLR{.start_factor = 0.5, .total_iters = 2});
  CHECK(optimizer.lr(0) == 0.5);
  CHECK(optimizer.lr(1) == 1.5);
  schedule.step();
  schedule.step();
  CHECK(optimizer.lr(1) == 3);
}

TEST_CASE("schedules: a second one is noticed", "[optim][error]") {
  SGD optimizer({weight()}, {.lr = 1});
  Schedule warm_up(optimizer, LinearLR{.start_factor = 0.5, .total_iters = 2});
  warm_up.step();
  Schedule steps(optimizer, StepLR{.step_size = 1});
  steps.step();
  CHECK_THROWS_WITH(warm_up.step(), ContainsSubstring("Schedule: the rate of group 0 is 0.075") &&
                                        ContainsSubstring("no longer 0.75") && ContainsSubstring("SequentialLR"));
  CHECK(warm_up.steps() == 1);
  CHECK(optimizer.lr() < 0.1);
}

TEST_CASE("schedules: a lambda is a curve", "[optim]") {
  SGD optimizer({weight()}, {.lr = 1});
  Schedule schedule(optimizer, [](double base, std::int64_t t) { return base / static_cast<double>(1 + t); });
  schedule.step();
  CHECK(optimizer.lr() == 0.5);
}

TEST_CASE("schedules: one cycle moves what the optimizer has for momentum", "[optim]") {
  const OneCycleLR cycle{.max_lr = 1, .total_steps = 10};
  SGD sgd({weight()});
  Adam adam({weight()});
  RMSprop rmsprop({weight()});
  const Schedule schedules[] = {{sgd, cycle}, {adam, cycle}, {rmsprop, cycle}};
  CHECK(sgd.options().momentum == 0.95);
  CHECK(adam.options().beta1 == 0.95);
  CHECK(rmsprop.options().momentum == 0.95);
}

TEST_CASE("schedules: state", "[optim][state]") {
  SGD optimizer({weight()}, {.lr = 0.1});
  const Curve curve = SequentialLR({LinearLR{.total_iters = 5}, CosineAnnealingLR{.t_max = 20}}, {5});
  Schedule schedule(optimizer, curve);
  for (int i = 0; i < 9; ++i) schedule.step();

  SGD other({weight()}, {.lr = 7});
  Schedule resumed(other, curve);
  resumed.load_state_dict(schedule.state_dict());
  CHECK(resumed.steps() == 9);
  CHECK(other.lr() == optimizer.lr());
  schedule.step(), resumed.step();
  CHECK(other.lr() == optimizer.lr());

  CHECK_THROWS_WITH(resumed.load_state_dict({}),
                    ContainsSubstring("Schedule::load_state_dict: the state has no \"step\""));
  CHECK(resumed.steps() == 10);
}

TEST_CASE("schedules: bad options are refused when the schedule is made", "[optim][error]") {
  SGD optimizer({weight()}, {.lr = 0.1});
  const auto refused = [&](const Curve& curve, const std::string& text) {
    CHECK_THROWS_WITH(Schedule(optimizer, curve), ContainsSubstring(text));
    CHECK(optimizer.lr() == 0.1);
  };
  refused(Curve(), "Schedule: a curve is empty");
  refused(StepLR{.step_size = 0}, "StepLR: step_size is 0\n  hint: step_size is above 0");
  refused(StepLR{.step_size = 1, .gamma = -1}, "gamma is -1");
  refused(LinearLR{.start_factor = 2}, "start_factor is in [0, 1]");
  refused(LinearLR{.total_iters = 0}, "total_iters is 0");
  refused(CosineAnnealingLR{.t_max = 0}, "t_max is 0");
  refused(HoldLinearLR{0}, "total_steps is 0");
  refused(OneCycleLR{.max_lr = 1, .total_steps = 1}, "total_steps is 1");
  refused(OneCycleLR{.max_lr = 1, .total_steps = 9, .pct_start = 1.5}, "pct_start is 1.5");
  CHECK_THROWS_WITH(SequentialLR({LinearLR{}, StepLR{.step_size = 0}}, {5}), ContainsSubstring("step_size is 0"));
  CHECK_THROWS_WITH(SequentialLR({LinearLR{}, Curve()}, {5}), ContainsSubstring("SequentialLR: a curve is empty"));
  CHECK_THROWS_WITH(SequentialLR({LinearLR{}}, {5}), ContainsSubstring("1 curves but 1 milestones"));
  CHECK_THROWS_WITH(SequentialLR({LinearLR{}, LinearLR{}, LinearLR{}}, {5, 5}),
                    ContainsSubstring("milestone 5 after 5"));

  Schedule schedule(optimizer, OneCycleLR{.max_lr = 1, .total_steps = 2});
  schedule.step(), schedule.step();
  CHECK_THROWS_WITH(schedule.step(), ContainsSubstring("OneCycleLR: step 3 of 2"));
}

TEST_CASE("ReduceLROnPlateau: the first figure is an improvement, whatever the threshold", "[optim]") {
  using Options = PlateauOptions;
  const auto mode = GENERATE(Options::Mode::min, Options::Mode::max);
  const double threshold = GENERATE(0, 1, 1.5);
  SGD optimizer({weight()}, {.lr = 1});
  ReduceLROnPlateau schedule(optimizer, {.mode = mode, .factor = 0.5, .patience = 0, .threshold = threshold});
  schedule.step(-7);
  CHECK(optimizer.lr() == 1);
  schedule.step(-7);
  CHECK(optimizer.lr() == 0.5);
}

TEST_CASE("ReduceLROnPlateau: NaN is no improvement", "[optim]") {
  SGD optimizer({weight()}, {.lr = 1});
  ReduceLROnPlateau schedule(optimizer, {.factor = 0.5, .patience = 1});
  for (const double metric : {1.0, std::nan(""), std::nan("")}) schedule.step(metric);
  CHECK(optimizer.lr() == 0.5);
  CHECK(schedule.best() == 1);
}

TEST_CASE("ReduceLROnPlateau: state", "[optim][state]") {
  SGD optimizer({weight()}, {.lr = 1}), other({weight()}, {.lr = 1});
  const PlateauOptions options{.patience = 3, .cooldown = 2};
  ReduceLROnPlateau schedule(optimizer, options), resumed(other, options);
  for (const double metric : {3.0, 1.0, 2.0, 2.0, 2.0}) schedule.step(metric);
  resumed.load_state_dict(schedule.state_dict());
  for (int i = 0; i < 20; ++i) {
    schedule.step(2), resumed.step(2);
    CHECK(other.lr() == optimizer.lr());
  }
  CHECK(other.lr() < 1);
  CHECK_THROWS_AS(ReduceLROnPlateau(optimizer, {.factor = 1}), ValueError);
  CHECK_THROWS_AS(ReduceLROnPlateau(optimizer, {.patience = -1}), ValueError);
  CHECK_THROWS_AS(ReduceLROnPlateau(optimizer, {.cooldown = -1}), ValueError);
  CHECK_THROWS_AS(ReduceLROnPlateau(optimizer, {.min_lr = -1}), ValueError);
}

TEST_CASE("ReduceLROnPlateau: a negative metric improves in the same direction", "[optim]") {
  const auto rate_after = [](PlateauOptions::Mode mode, std::initializer_list<double> metrics) {
    SGD optimizer({weight()}, {.lr = 1});
    ReduceLROnPlateau schedule(optimizer, {.mode = mode, .factor = 0.5, .patience = 0, .threshold = 0.1});
    for (const double metric : metrics) schedule.step(metric);
    return optimizer.lr();
  };
  using Mode = PlateauOptions::Mode;
  CHECK(rate_after(Mode::max, {-100, -89}) == 1);
  CHECK(rate_after(Mode::max, {-100, -91}) == 0.5);
  CHECK(rate_after(Mode::max, {-100, -105}) == 0.5);
  CHECK(rate_after(Mode::min, {-100, -111}) == 1);
  CHECK(rate_after(Mode::min, {-100, -109}) == 0.5);
  CHECK(rate_after(Mode::min, {-100, -95}) == 0.5);
}

TEST_CASE("schedules: momenta below 0 and from 1 on are refused before anything is set", "[optim][error]") {
  SGD optimizer({weight()}, {.lr = 0.1, .momentum = 0.5});
  for (const double wrong : {-0.1, 1.0, std::nan("")}) {
    CHECK_THROWS_WITH(Schedule(optimizer, OneCycleLR{.max_lr = 1, .total_steps = 9, .base_momentum = wrong}),
                      ContainsSubstring("base_momentum"));
    CHECK_THROWS_WITH(Schedule(optimizer, OneCycleLR{.max_lr = 1, .total_steps = 9, .max_momentum = wrong}),
                      ContainsSubstring("max_momentum"));
  }
  CHECK(optimizer.lr() == 0.1);
  CHECK(optimizer.momentum() == 0.5);
}

TEST_CASE("schedules: a step that fails changes nothing", "[optim][error]") {
  SGD optimizer({{{weight()}, {.lr = 1}}, {{weight()}, {.lr = 3}}});
  Schedule schedule(optimizer, [](double base, std::int64_t t) {
    return t == 1 && base == 3 ? -1 : base / static_cast<double>(2 + t);
  });
  for (int i = 0; i < 2; ++i) CHECK_THROWS_WITH(schedule.step(), ContainsSubstring("lr is -1"));
  CHECK(schedule.steps() == 0);
  CHECK(optimizer.lr(0) == 0.5);

  StateDict state = schedule.state_dict();
  state[0].second = detail::state_count(1);
  CHECK_THROWS_AS(schedule.load_state_dict(state), ValueError);
  CHECK(schedule.steps() == 0);
  state[0].second = detail::state_count(-1);
  CHECK_THROWS_WITH(schedule.load_state_dict(state), ContainsSubstring("\"step\" is -1"));
}

TEST_CASE("schedules: no group gets its rate if one is infinite", "[optim][error]") {
  SGD optimizer({{{weight()}, {.lr = 1}}, {{weight()}, {.lr = 3}}});
  Schedule schedule(optimizer, [](double base, std::int64_t t) {
    return t == 0 ? base : base == 3 ? HUGE_VAL : base / 2;
  });
  CHECK_THROWS_AS(schedule.step(), ValueError);
  CHECK(optimizer.lr(0) == 1);
  CHECK(schedule.steps() == 0);
}

}  // namespace tandem::optim
