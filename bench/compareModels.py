"""The same resampling with NumPy and scikit-learn: python compareModels.py PREDICTIONS REPLICATES"""

import csv
import gzip
import sys
import time

import numpy
import sklearn
from sklearn.metrics import roc_auc_score

path, replicates = sys.argv[1], int(sys.argv[2])
with gzip.open(path, "rt") as file:
    rows = list(csv.DictReader(file))
findings = [name[5:] for name in rows[0] if name.startswith("prob_")]
labels = numpy.array([[float(row["label_" + f]) for f in findings] for row in rows])
first = numpy.array([[float(row["prob_" + f]) for f in findings] for row in rows])
second = first + 0.05 * numpy.sin(numpy.arange(first.size) * 12.9898).reshape(first.shape)
random = numpy.random.default_rng(1)
start = time.perf_counter()
for _ in range(replicates):
    index = random.integers(0, len(rows), len(rows))
    for scores in (first, second):
        for k in range(len(findings)):
            roc_auc_score(labels[index, k], scores[index, k])
seconds = time.perf_counter() - start
print(
    f"scikit-learn {sklearn.__version__}: {replicates} resamples {seconds:.2f} s, so 1,000 would take {seconds * 1000 / replicates:.0f} s"
)
