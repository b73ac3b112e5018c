#!/usr/bin/env python3
"""Takes an MLP that train_mlp wrote into PyTorch, and one of PyTorch's into tandem, and compares the logits.

    pytorch_mlp.py BIN_FOLDER MODEL.safetensors DATA_DIR

Prints the largest relative difference (against the largest logit) over 20 MNIST test images for either way. Exit code
0 if both are below 1e-5. Needs torch, numpy and safetensors; the model has relu and no normalisation.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

IMAGES = 20


class Mlp(torch.nn.Module):
    def __init__(self, widths):
        super().__init__()
        layers = []
        for i, o in zip(widths, widths[1:]):
            layers += [torch.nn.Linear(i, o), torch.nn.ReLU()]
        self.layers = torch.nn.Sequential(*layers[:-1])

    def forward(self, x):
        return self.layers(x)


def tandem_logits(program, model, data_dir):
    rows = []
    for i in range(IMAGES):
        out = subprocess.run([program, "--load", model, "--index", str(i), "--data-dir", data_dir, "--format", "jsonl"],
                             check=True, capture_output=True, text=True).stdout
        rows.append(json.loads(out)["logits"])
    return torch.tensor(rows, dtype=torch.float64)


def difference(a, b):
    return ((a - b).abs().max() / b.abs().max()).item()


def main(bin_folder, model_file, data_dir):
    program = str(pathlib.Path(bin_folder) / "predict")
    raw = np.fromfile(pathlib.Path(data_dir) / "mnist" / "t10k-images-idx3-ubyte", dtype=np.uint8)[16:]
    x = torch.from_numpy(raw.reshape(-1, 784)[:IMAGES].astype(np.float32) / 255)
    with safe_open(model_file, framework="pt") as file:
        metadata = file.metadata()
    widths = [int(w) for w in [metadata["inputs"], *metadata["hidden"].split(","), metadata["classes"]]]

    model = Mlp(widths)
    model.load_state_dict(load_file(model_file))
    there = difference(model(x).detach().double(), tandem_logits(program, model_file, data_dir))

    torch.manual_seed(1)
    fresh = Mlp(widths)
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder) / "fresh.safetensors")
        save_file(fresh.state_dict(), path, metadata=metadata)
        back = difference(tandem_logits(program, path, data_dir), fresh(x).detach().double())
    print(f"torch {torch.__version__}: tandem -> PyTorch {there:.1e}, PyTorch -> tandem {back:.1e}")
    return 0 if max(there, back) < 1e-5 else 1


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
