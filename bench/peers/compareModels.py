"""The same resampling in Python: python compareModels.py PREDICTIONS

Once as a loop over scikit-learn's roc_auc_score on repeated rows, once vectorised with NumPy: sorted once, resamples as
counts, a block of replicates at a time, ties summed by group.
"""

import csv
import gzip
import json
import sys
import time

import numpy
import sklearn
from sklearn.metrics import roc_auc_score

with gzip.open(sys.argv[1], "rt") as file:
    rows = list(csv.DictReader(file))
findings = [name[5:] for name in rows[0] if name.startswith("prob_")]
labels = numpy.array([[float(row["label_" + f]) for f in findings] for row in rows])
first = numpy.array([[float(row["prob_" + f]) for f in findings] for row in rows])
second = first + 0.05 * numpy.sin(numpy.arange(first.size) * 12.9898).reshape(first.shape)
models = [first, second]
count = len(rows)


def loop(replicates):
    random = numpy.random.default_rng(1)
    for _ in range(replicates):
        index = random.integers(0, count, count)
        for scores in models:
            for k in range(len(findings)):
                roc_auc_score(labels[index, k], scores[index, k])


def vectorised(replicates, block=50):
    random = numpy.random.default_rng(1)
    prepared = []
    for scores in models:
        for k in range(len(findings)):
            order = numpy.argsort(scores[:, k], kind="stable")
            ranked = scores[order, k]
            starts = numpy.flatnonzero(numpy.r_[True, ranked[1:] != ranked[:-1]])
            prepared.append((order, starts, labels[order, k].astype(numpy.float32)))
    areas = numpy.empty((replicates, len(prepared)))
    for b in range(0, replicates, block):
        size = min(block, replicates - b)
        drawn = random.integers(0, count, (size, count))
        counts = numpy.stack([numpy.bincount(row, minlength=count) for row in drawn]).astype(numpy.float32)
        for j, (order, starts, y) in enumerate(prepared):
            sorted_counts = counts[:, order]
            positives = sorted_counts * y
            negatives = sorted_counts - positives
            if len(starts) < count:
                positives = numpy.add.reduceat(positives, starts, axis=1)
                negatives = numpy.add.reduceat(negatives, starts, axis=1)
            below = numpy.cumsum(negatives, axis=1, dtype=numpy.float64)
            total = below[:, -1]
            wins = numpy.einsum("bi,bi->b", positives, below - negatives / 2)
            areas[b : b + size, j] = wins / (total * positives.sum(axis=1, dtype=numpy.float64))
    return areas


def seconds(work, replicates):
    start = time.perf_counter()
    work(replicates)
    return (time.perf_counter() - start) * 1000 / replicates


check = vectorised(1)
print(
    json.dumps(
        {
            f"scikit-learn {sklearn.__version__}, roc_auc_score in a loop": seconds(loop, 5),
            f"NumPy {numpy.__version__}, vectorised": seconds(vectorised, 100),
        }
    )
)
