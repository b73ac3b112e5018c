"""Writes optim.json: what PyTorch's optimisers, schedules, clipping, averages and initialisers do.

    python3 tests/reference/make_optim.py

The problem is the mean squared error of a small tanh network on fixed numbers, in float64, 100 steps; the
parameters are recorded at a few of them. Rates are low enough that no weight oscillates: where one does,
RMSprop multiplies the last digit's error by 10^5 in 100 steps, in PyTorch as here, and comparing to 1e-9 says
nothing. Run again only to add a case, and commit the result.
"""

import json
import pathlib
import unittest.mock
import warnings

import torch

warnings.filterwarnings("ignore")  # PyTorch's remarks on the order of step() calls
torch.set_default_dtype(torch.float64)

RECORDED = (1, 2, 10, 50, 100)
OPTIMIZERS = {name: getattr(torch.optim, name) for name in ("SGD", "Adam", "AdamW", "RMSprop")}


def problem():
    generator = torch.Generator().manual_seed(7)

    def numbers(*shape):
        return torch.randn(*shape, generator=generator)

    parameters = [numbers(5, 3) * 0.6, numbers(5) * 0.1, numbers(2, 5) * 0.5, numbers(2) * 0.1]
    return numbers(7, 3), numbers(7, 2), parameters


def loss(x, target, parameters):
    w1, b1, w2, b2 = parameters
    return torch.nn.functional.mse_loss(torch.tanh(x @ w1.T + b1) @ w2.T + b2, target)


def torch_options(options):
    """Our beta1 and beta2 are PyTorch's betas."""
    options = dict(options)
    if "beta1" in options or "beta2" in options:
        options["betas"] = (options.pop("beta1", 0.9), options.pop("beta2", 0.999))
    return options


def flat(tensors):
    return [value for tensor in tensors for value in tensor.detach().reshape(-1).tolist()]


def run(name, optimizer, options, second_group=None, schedule=None, max_norm=None, max_value=None,
        without_gradient=(), average=None):
    """100 steps.

    second_group      options of the group of w2 and b2; without it all parameters are one group
    without_gradient  steps in which b1 has no gradient
    average           "equal", or the decay of an exponential average
    """
    x, target, start = problem()
    parameters = [p.clone().requires_grad_() for p in start]
    groups = [{"params": parameters, **torch_options(options)}]
    if second_group is not None:
        groups = [{"params": parameters[:2], **torch_options(options)},
                  {"params": parameters[2:], **torch_options(second_group)}]
    torch_optimizer = OPTIMIZERS[optimizer](groups, lr=1e-3)
    scheduler = make_schedule(torch_optimizer, schedule) if schedule else None
    case = {"name": name, "optimizer": optimizer, "options": options, "parameters": {}}
    for key in ("second_group", "schedule", "max_norm", "max_value", "average"):
        if locals()[key] is not None:
            case[key] = locals()[key]
    if without_gradient:
        case["without_gradient"] = list(without_gradient)

    model = torch.nn.ParameterList(parameters)
    decay = average if isinstance(average, float) else None
    averaged = torch.optim.swa_utils.AveragedModel(
        model, avg_fn=(lambda a, w, n: a + (w - a) * max(1 - decay, 9 / (n + 10))) if decay is not None else None)

    for step in range(1, 101):
        torch_optimizer.zero_grad(set_to_none=True)
        loss(x, target, parameters).backward()
        if step in without_gradient:
            parameters[1].grad = None
        if max_norm is not None:
            norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
            if step in RECORDED:
                case.setdefault("norms", {})[step] = norm.item()
        if max_value is not None:
            torch.nn.utils.clip_grad_value_(parameters, max_value)
        torch_optimizer.step()
        averaged.update_parameters(model)
        if scheduler:
            scheduler.step()
        if step in RECORDED:
            case["parameters"][step] = flat(parameters)
    if average is not None:
        case["averages"] = flat(averaged.parameters())
    return case


def make_schedule(optimizer, curve):
    kind, options = curve["kind"], curve.get("options", {})
    if kind == "SequentialLR":
        parts = [make_schedule(optimizer, part) for part in curve["curves"]]
        return torch.optim.lr_scheduler.SequentialLR(optimizer, parts, curve["milestones"])
    names = {"t_max": "T_max", "anneal": "anneal_strategy"}
    options = {names.get(key, key): value for key, value in options.items()}
    return getattr(torch.optim.lr_scheduler, kind)(optimizer, **options)


def schedule_table(name, curve, optimizer="SGD"):
    """Learning rates before each of 100 steps, for two groups, and the momentum of the first."""
    tensors = [torch.zeros(1, requires_grad=True) for _ in range(2)]
    groups = [{"params": [tensors[0]], "lr": 0.1}, {"params": [tensors[1]], "lr": 0.02}]
    torch_optimizer = OPTIMIZERS[optimizer](groups, lr=0.1)
    scheduler = make_schedule(torch_optimizer, curve)
    table = {"name": name, "curve": curve, "optimizer": optimizer, "lr": [[], []], "momentum": []}
    for _ in range(100):
        for i, group in enumerate(torch_optimizer.param_groups):
            table["lr"][i].append(group["lr"])
        first = torch_optimizer.param_groups[0]
        table["momentum"].append(first["betas"][0] if "betas" in first else first["momentum"])
        torch_optimizer.step()
        scheduler.step()
    return table


def plateau_table(name, options, metrics):
    tensors = [torch.zeros(1, requires_grad=True) for _ in range(2)]
    groups = [{"params": [tensors[0]], "lr": 0.1}, {"params": [tensors[1]], "lr": 0.02}]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    table = {"name": name, "options": options, "metrics": metrics, "lr": [[], []]}
    for metric in metrics:
        scheduler.step(metric)
        for i, group in enumerate(optimizer.param_groups):
            table["lr"][i].append(group["lr"])
    return table


def optimizer_cases():
    cosine = {"kind": "CosineAnnealingLR", "options": {"t_max": 100}}
    warm_up = {"kind": "LinearLR", "options": {"start_factor": 0.1, "total_iters": 10}}
    return [
        run("sgd", "SGD", {"lr": 0.1}),
        run("sgd, weight decay", "SGD", {"lr": 0.1, "weight_decay": 0.02}),
        run("sgd, momentum", "SGD", {"lr": 0.05, "momentum": 0.9}),
        run("sgd, dampening", "SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
        run("sgd, nesterov", "SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
        run("sgd, all but nesterov", "SGD",
            {"lr": 0.1, "momentum": 0.8, "dampening": 0.5, "weight_decay": 0.01}),
        run("sgd, nesterov, weight decay", "SGD",
            {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
        run("sgd, two groups", "SGD", {"lr": 0.1}, {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.1}),
        run("sgd, dampening, a gradient comes late", "SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3},
            without_gradient=[1, 2, 3, 20]),
        run("sgd, clipped norm", "SGD", {"lr": 0.2, "momentum": 0.9}, max_norm=0.25),
        run("sgd, clipped values", "SGD", {"lr": 0.2}, max_value=0.05),
        run("sgd, cosine", "SGD", {"lr": 0.1, "momentum": 0.9}, schedule=cosine),
        run("sgd, one cycle", "SGD", {"lr": 0.1, "momentum": 0.9},
            schedule={"kind": "OneCycleLR", "options": {"max_lr": 0.2, "total_steps": 101}}),
        run("adam, defaults", "Adam", {}),
        run("adam", "Adam", {"lr": 0.02}),
        run("adam, betas, eps", "Adam", {"lr": 0.02, "beta1": 0.8, "beta2": 0.95, "eps": 1e-3}),
        run("adam, weight decay", "Adam", {"lr": 0.02, "weight_decay": 0.05}),
        run("adam, two groups", "Adam", {"lr": 0.02}, {"lr": 0.005, "beta1": 0.5, "weight_decay": 0.1}),
        run("adam, a gradient comes late", "Adam", {"lr": 0.02}, without_gradient=[1, 2, 3, 20]),
        run("adam, one cycle", "Adam", {"lr": 0.02},
            schedule={"kind": "OneCycleLR", "options": {"max_lr": 0.05, "total_steps": 101}}),
        run("adam, warm-up and cosine", "Adam", {"lr": 0.05},
            schedule={"kind": "SequentialLR", "curves": [warm_up, {**cosine, "options": {"t_max": 90}}],
                      "milestones": [10]}),
        run("adam, equal average", "Adam", {"lr": 0.05}, average="equal"),
        run("adam, exponential average", "Adam", {"lr": 0.05}, average=0.9),
        run("adamw, defaults", "AdamW", {}),
        run("adamw", "AdamW", {"lr": 0.02, "weight_decay": 0.2}),
        run("adamw, two groups", "AdamW", {"lr": 0.02}, {"lr": 0.02, "weight_decay": 0.0}),
        run("adamw, clipped norm", "AdamW", {"lr": 0.02}, max_norm=0.1),
        run("rmsprop, defaults", "RMSprop", {"lr": 0.01}),
        run("rmsprop, alpha, eps, weight decay", "RMSprop",
            {"lr": 0.002, "alpha": 0.9, "eps": 1e-4, "weight_decay": 0.05}),
        run("rmsprop, momentum", "RMSprop", {"lr": 0.002, "momentum": 0.9}),
        run("rmsprop, centered", "RMSprop", {"lr": 0.005, "centered": True}),
        run("rmsprop, centered, momentum", "RMSprop",
            {"lr": 0.001, "momentum": 0.8, "centered": True, "weight_decay": 0.01}),
        run("rmsprop, two groups", "RMSprop", {"lr": 0.01}, {"lr": 0.002, "momentum": 0.5, "centered": True}),
    ]


def schedule_tables():
    step = {"kind": "StepLR", "options": {"step_size": 30}}
    linear = {"kind": "LinearLR", "options": {"start_factor": 0.25, "total_iters": 10}}
    cosine = {"kind": "CosineAnnealingLR", "options": {"t_max": 90, "eta_min": 1e-3}}
    one_cycle = {"max_lr": 0.5, "total_steps": 100}
    return [
        schedule_table("step", step),
        schedule_table("step, gamma", {"kind": "StepLR", "options": {"step_size": 7, "gamma": 0.8}}),
        schedule_table("linear, defaults", {"kind": "LinearLR"}),
        schedule_table("linear, falling", {"kind": "LinearLR", "options": {
            "start_factor": 1.0, "end_factor": 0.1, "total_iters": 60}}),
        schedule_table("cosine", {"kind": "CosineAnnealingLR", "options": {"t_max": 100}}),
        schedule_table("cosine, up again", {"kind": "CosineAnnealingLR", "options": {
            "t_max": 35, "eta_min": 0.005}}),
        schedule_table("one cycle", {"kind": "OneCycleLR", "options": one_cycle}),
        schedule_table("one cycle, linear", {"kind": "OneCycleLR", "options": {
            **one_cycle, "anneal": "linear", "pct_start": 0.4, "div_factor": 10.0,
            "final_div_factor": 100.0}}),
        schedule_table("one cycle, Adam", {"kind": "OneCycleLR", "options": {
            **one_cycle, "base_momentum": 0.8, "max_momentum": 0.9}}, "Adam"),
        schedule_table("one cycle, momentum alone", {"kind": "OneCycleLR", "options": {
            **one_cycle, "cycle_momentum": False}}, "Adam"),
        schedule_table("warm-up and cosine", {
            "kind": "SequentialLR", "curves": [linear, cosine], "milestones": [10]}),
        schedule_table("three in sequence", {
            "kind": "SequentialLR", "curves": [linear, step, cosine], "milestones": [5, 50]}),
    ]


def plateau_tables():
    falling = [1 / (1 + 0.2 * i) for i in range(30)] + [0.15] * 70
    noisy = [0.5 + 0.4 * ((i * 37) % 11) / 11 - 0.001 * i for i in range(100)]
    return [
        plateau_table("defaults", {}, falling),
        plateau_table("patience, cooldown, least rate", {
            "factor": 0.5, "patience": 3, "cooldown": 5, "min_lr": 1e-3}, noisy),
        plateau_table("max, absolute", {
            "mode": "max", "patience": 2, "threshold": 0.01, "threshold_mode": "abs"}, noisy),
        plateau_table("max, relative", {"mode": "max", "patience": 2, "threshold": 0.02}, noisy),
        plateau_table("min, absolute, eps", {
            "patience": 1, "threshold": 0.05, "threshold_mode": "abs", "factor": 0.9, "eps": 5e-3}, noisy),
    ]


def recorded_draw(initialise):
    """The bounds or the mean and deviation that an initialiser of PyTorch draws with."""
    with unittest.mock.patch.object(torch.Tensor, "uniform_") as uniform, \
            unittest.mock.patch.object(torch.Tensor, "normal_") as normal:
        initialise()
    (call,) = uniform.call_args_list + normal.call_args_list
    return list(call.args)


def init_tables():
    init = torch.nn.init
    gains = [{"nonlinearity": name, "gain": init.calculate_gain(name)}
             for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu")]
    gains += [{"nonlinearity": "leaky_relu", "slope": slope, "gain": init.calculate_gain("leaky_relu", slope)}
              for slope in (0.0, 0.2, 1.0, 5 ** 0.5)]
    draws = []
    for shape in ([40, 30], [6, 4, 3, 3], [1, 1]):
        x = torch.empty(shape)
        fan_in, fan_out = init._calculate_fan_in_and_fan_out(x)
        for gain in (1.0, 5 / 3):
            for kind in ("uniform", "normal"):
                draw = recorded_draw(lambda: getattr(init, f"xavier_{kind}_")(x, gain))
                draws.append({"function": f"xavier_{kind}_", "shape": shape, "fans": [fan_in, fan_out],
                              "gain": gain, "draw": draw})
        for mode in ("in", "out"):
            for nonlinearity, slope in (("leaky_relu", 0.0), ("leaky_relu", 5 ** 0.5), ("relu", 0.0),
                                        ("tanh", 0.0)):
                for kind in ("uniform", "normal"):
                    draw = recorded_draw(lambda: getattr(init, f"kaiming_{kind}_")(
                        x, a=slope, mode="fan_" + mode, nonlinearity=nonlinearity))
                    draws.append({"function": f"kaiming_{kind}_", "shape": shape, "fans": [fan_in, fan_out],
                                  "mode": mode, "nonlinearity": nonlinearity, "slope": slope, "draw": draw})
    return {"gains": gains, "draws": draws}


def main():
    x, target, parameters = problem()
    tables = {
        "torch": torch.__version__,
        "problem": {"x": flat([x]), "target": flat([target]), "parameters": [flat([p]) for p in parameters]},
        "optimizers": optimizer_cases(),
        "schedules": schedule_tables(),
        "plateaus": plateau_tables(),
        "init": init_tables(),
    }
    lines = ["{"]
    for i, (key, value) in enumerate(tables.items()):
        end = "," if i + 1 < len(tables) else ""
        if isinstance(value, list):
            entries = ",\n  ".join(json.dumps(entry) for entry in value)
            lines.append(f' "{key}": [\n  {entries}\n ]{end}')
        else:
            lines.append(f' "{key}": {json.dumps(value)}{end}')
    lines.append("}\n")
    pathlib.Path(__file__).with_name("optim.json").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
