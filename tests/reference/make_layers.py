#!/usr/bin/env python3
"""Writes layers.json: what PyTorch's BatchNorm1d computes, in float64.

    python3 tests/reference/make_layers.py     (needs torch; written with torch 1.13)

Each case is two training steps and one in evaluation mode, on different batches: for each the output, the running
statistics after it, and the gradients of sum(output * w) with respect to x, weight and bias.
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(3)


def numbers(*shape):
    return torch.round(torch.randn(*shape, generator=generator) * 64) / 64


def flat(tensor):
    return tensor.detach().reshape(-1).tolist()


def batch_norm(n, features, **options):
    layer = torch.nn.BatchNorm1d(features, **options)
    with torch.no_grad():
        layer.weight.copy_(numbers(features))
        layer.bias.copy_(numbers(features))
    case = {"n": n, "features": features, "options": options, "weight": flat(layer.weight), "bias": flat(layer.bias),
            "steps": []}
    scale = numbers(features).abs() + 0.5
    for training in (True, True, False):
        layer.train(training)
        x = (numbers(n, features) * scale + numbers(features)).requires_grad_()
        w = numbers(n, features)
        layer.zero_grad()
        y = layer(x)
        (y * w).sum().backward()
        case["steps"].append({"training": training, "x": flat(x), "w": flat(w), "output": flat(y),
                              "running_mean": flat(layer.running_mean), "running_var": flat(layer.running_var),
                              "x_grad": flat(x.grad), "weight_grad": flat(layer.weight.grad),
                              "bias_grad": flat(layer.bias.grad)})
    return case


def main():
    cases = [batch_norm(5, 3), batch_norm(2, 4, eps=0.5, momentum=0.25), batch_norm(7, 2, eps=1e-2, momentum=1.0)]
    lines = ",\n  ".join(json.dumps(case) for case in cases)
    path = pathlib.Path(__file__).with_name("layers.json")
    path.write_text(f'{{"torch": "{torch.__version__}",\n "batch_norm": [\n  {lines}\n ]}}\n')


if __name__ == "__main__":
    main()
