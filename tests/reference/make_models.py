#!/usr/bin/env python3
"""Writes models.safetensors: a whole MLP and a whole VAE trained for 100 steps by PyTorch in float32.

Holds the initial weights (PyTorch's default initialisation), the images, the order of the batches, the noise, and
the loss of every step. Run with PyTorch installed:  python3 tests/reference/make_models.py
"""

import json
import pathlib
import struct

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

STEPS, BATCH, IMAGES, PIXELS, CLASSES, LATENT = 100, 16, 256, 64, 10, 6
DTYPES = {"float32": "F32", "int64": "I64", "uint8": "U8"}


def images_and_labels():
    """Ten blurred random patterns with noise, so that there is something to learn."""
    patterns = F.avg_pool2d(torch.rand(CLASSES, 1, 8, 8), 3, 1, 1).reshape(CLASSES, PIXELS)
    labels = torch.randint(CLASSES, (IMAGES,))
    pixels = (patterns[labels] + 0.1 * torch.randn(IMAGES, PIXELS)).clamp(0, 1)
    return (pixels * 255).round().to(torch.uint8), labels


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.ModuleDict({"hidden": nn.Sequential(nn.Linear(PIXELS, 24), nn.ReLU()),
                                      "mu": nn.Linear(24, LATENT), "log_var": nn.Linear(24, LATENT)})
        self.decoder = nn.ModuleDict(
            {"layers": nn.Sequential(nn.Linear(LATENT, 24), nn.ReLU(), nn.Linear(24, PIXELS))})

    def loss(self, x, noise):
        h = self.encoder["hidden"](x)
        mu, log_var = self.encoder["mu"](h), self.encoder["log_var"](h)
        logits = self.decoder["layers"](mu + torch.exp(0.5 * log_var) * noise)
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = -0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp())
        return (reconstruction + kl) / len(x)


def train(parameters, loss_of_step):
    optimizer = torch.optim.Adam(parameters, lr=1e-3)
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of_step(step)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return torch.tensor(losses)


def save(path, tensors, metadata):
    """The safetensors format: length of the header, header, numbers."""
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0])):
        raw = np.ascontiguousarray(tensor.detach().numpy()).tobytes()
        header[name] = {"dtype": DTYPES[str(tensor.dtype).removeprefix("torch.")], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    torch.manual_seed(20131220)
    torch.set_num_threads(1)
    pixels, labels = images_and_labels()
    x = pixels.float() / 255
    order = torch.randint(IMAGES, (STEPS, BATCH))
    noise = torch.randn(STEPS, BATCH, LATENT)
    mlp = nn.Sequential(nn.Linear(PIXELS, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, CLASSES))
    vae = Vae()
    tensors = {"pixels": pixels, "labels": labels, "order": order, "noise": noise}
    for name, tensor in mlp.state_dict().items():
        tensors["mlp.layers." + name] = tensor.clone()
    for name, tensor in vae.state_dict().items():
        tensors["vae." + name] = tensor.clone()
    tensors["mlp_losses"] = train(mlp.parameters(),
                                  lambda i: F.cross_entropy(mlp(x[order[i]]), labels[order[i]]))
    tensors["vae_losses"] = train(vae.parameters(), lambda i: vae.loss(x[order[i]], noise[i]))
    save(pathlib.Path(__file__).with_name("models.safetensors"), tensors,
         {"generator": "tests/reference/make_models.py", "torch": torch.__version__})


if __name__ == "__main__":
    main()
