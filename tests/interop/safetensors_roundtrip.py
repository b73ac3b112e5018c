#!/usr/bin/env python3
"""Reads a file that tandem wrote with the safetensors package, and writes the same tensors with that package.

    safetensors_roundtrip.py READ WRITE

Prints every tensor of READ (name, dtype, shape, sum), then whether WRITE is the same byte for byte.  Exit code:
0 the same, 1 different, or READ could not be read.  Needs numpy and safetensors.
"""

import pathlib
import sys

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file


def main(read: str, write: str) -> int:
    with safe_open(read, framework="numpy") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    for name, tensor in tensors.items():
        print(f"{name!r} {tensor.dtype} {list(tensor.shape)} {numpy.sum(tensor)}")
    print(f"metadata {metadata}")
    save_file(tensors, write, metadata=metadata)
    same = pathlib.Path(read).read_bytes() == pathlib.Path(write).read_bytes()
    print("the same byte for byte" if same else "DIFFERENT from what the package writes")
    return 0 if same else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
