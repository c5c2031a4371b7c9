"""The same with Pillow: python prepareImages.py ROOT ROUNDS PROCESSES"""

import json
import multiprocessing
import pathlib
import statistics
import sys
import time

import numpy
import PIL
from PIL import Image


def prepare(path):
    return numpy.asarray(Image.open(path).convert("L").resize((224, 224), Image.BILINEAR)).tobytes()


if __name__ == "__main__":
    root, rounds, processes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    paths = sorted(str(path) for path in pathlib.Path(root).rglob("*.png"))
    rates = []
    with multiprocessing.Pool(processes) as pool:
        for _ in range(rounds):
            start = time.perf_counter()
            total = sum(len(pixels) for pixels in pool.imap(prepare, paths, chunksize=4))
            assert total == len(paths) * 224 * 224
            rates.append(len(paths) / (time.perf_counter() - start))
    print(json.dumps({"version": PIL.__version__, "imagesPerSecond": statistics.median(rates)}))
