"""The same area with scikit-learn: python rocAuc.py ROWS CALLS WHAT"""

import json
import math
import statistics
import sys
import time

import numpy
import sklearn
from sklearn.metrics import roc_auc_score

rows, calls, what = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
state = 20261123


def draw():
    global state
    state = (state * 1664525 + 1013904223) % 2**32
    return state / 2**32


labels, scores = numpy.empty(rows), numpy.empty(rows)
for i in range(rows):
    labels[i] = 1 if draw() < 0.1 else 0
    score = (draw() + draw() + draw() + 0.5 * labels[i]) / 3.5
    scores[i] = math.floor(score * 100) / 100 if what == "two decimals" else score

times = []
for i in range(2 * calls):
    start = time.perf_counter()
    area = roc_auc_score(labels, scores)
    if i >= calls:
        times.append(time.perf_counter() - start)
print(json.dumps({"version": sklearn.__version__, "area": area, "ms": 1000 * statistics.median(times)}))
