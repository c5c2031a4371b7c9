"""The same files with safetensors and torch: python checkpoints.py SAFETENSORS PTH LISTINGS"""

import json
import statistics
import sys
import time

import safetensors
import torch
from safetensors import safe_open
from safetensors.torch import load_file

path, pth, listings = sys.argv[1], sys.argv[2], int(sys.argv[3])


def timed(action):
    start = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - start)


def listing():
    with safe_open(path, "pt") as file:
        return sum(len(file.get_slice(name).get_shape()) for name in file.keys())


listing()
times = {
    "list": statistics.median(timed(listing) for _ in range(listings)),
    # load_file maps the file; the copy makes it read what it maps, as ours has read it.
    "load_file": timed(lambda: [tensor.clone() for tensor in load_file(path).values()]),
    "torch_load": timed(lambda: torch.load(pth, weights_only=True)),
}
print(json.dumps({"versions": {"safetensors": safetensors.__version__, "torch": torch.__version__}, **times}))
