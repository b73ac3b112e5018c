#!/usr/bin/env python3
"""The workloads of bench_train in PyTorch: the same nets, batches and data, a line of JSON each.

    pytorch_train.py --workload w1,w2,w3 --threads 1,2 --epochs 5

Data stay bytes until a batch is made, as in tandem's loader; denormals are flushed, which is PyTorch's best setting.
"""
import argparse
import json
import os
import statistics
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F


def read_mnist(folder):
    images = (folder / "train-images-idx3-ubyte").read_bytes()[16:]
    labels = (folder / "train-labels-idx1-ubyte").read_bytes()[8:]
    pixels = torch.frombuffer(bytearray(images), dtype=torch.uint8).reshape(-1, 784)
    return pixels, torch.frombuffer(bytearray(labels), dtype=torch.uint8).long()


def mlp(*widths):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.mu, self.log_var = nn.Linear(400, 20), nn.Linear(400, 20)
        self.decoder = mlp(20, 400, 784)

    def loss(self, x):
        h = F.relu(self.hidden(x))
        mu, log_var = self.mu(h), self.log_var(h)
        logits = self.decoder(mu + torch.exp(0.5 * log_var) * torch.randn_like(mu))
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = -0.5 * torch.sum(1 + log_var - mu * mu - log_var.exp())
        return (reconstruction + kl) / x.shape[0]


def trainer(workload):
    """The loss of a new model on a batch, as a function, and its optimiser."""
    if workload == "w3":
        model = Vae()
        return (lambda x, y: model.loss(x)), torch.optim.Adam(model.parameters())
    model = mlp(784, 128, 10) if workload == "w1" else mlp(784, 512, 512, 10)
    if workload == "w1":
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    else:
        optimizer = torch.optim.Adam(model.parameters())

    def loss(x, y):
        logits = model(x)
        loss.correct += int((logits.argmax(1) == y).sum())
        return F.cross_entropy(logits, y)

    loss.correct = 0
    return loss, optimizer


def epoch(loss_of, optimizer, pixels, labels, batch_size):
    total = 0.0
    for places in torch.randperm(len(pixels)).split(batch_size):
        x, y = pixels[places].float() / 255, labels[places]
        loss = loss_of(x, y)
        optimizer.zero_grad(set_to_none=True)  # as tandem does; before torch 2.0 zeros were the default
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
    return total / len(pixels)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workload", default="w1,w2,w3")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("TANDEM_DATA", "datasets")))
    options = parser.parse_args()
    torch.set_flush_denormal(True)
    pixels, labels = read_mnist(options.data_dir / "mnist")
    for threads in map(int, options.threads.split(",")):
        torch.set_num_threads(threads)
        for workload in options.workload.split(","):
            torch.manual_seed(1)
            loss_of, optimizer = trainer(workload)
            seconds = []
            for _ in range(options.epochs + 1):  # the first one warms up
                start = time.perf_counter()
                final_loss = epoch(loss_of, optimizer, pixels, labels, options.batch_size)
                seconds.append(time.perf_counter() - start)
            print(json.dumps({"peer": "PyTorch " + torch.__version__, "workload": workload, "threads": threads,
                              "batch": options.batch_size, "epochs": options.epochs,
                              "seconds_median": statistics.median(seconds[1:]), "seconds_min": min(seconds[1:]),
                              "seconds_max": max(seconds[1:]), "final_loss": final_loss}), flush=True)


if __name__ == "__main__":
    main()
