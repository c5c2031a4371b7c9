"""The same label files with pandas: python readDataset.py NAME ROOT CALLS"""

import json
import os
import resource
import statistics
import sys
import time

import pandas

name, root, calls = sys.argv[1], sys.argv[2], int(sys.argv[3])
PADCHEST = (
    "cardiomegaly,pleural effusion,pneumonia,atelectasis,normal,consolidation,pneumothorax,emphysema,hernia,scoliosis,"
    "congestion,aortic elongation,kyphosis,COPD signs,pleural thickening,infiltrates,pulmonary fibrosis,chronic changes,"
    "sternotomy,cavitation,volume loss,pacemaker,bronchiectasis,air trapping"
).split(",")


def path(file):
    return os.path.join(root, file)


def chestxray14():
    frame = pandas.read_csv(path("Data_Entry_2017_v2020.csv"))
    yield
    labels = frame["Finding Labels"].str.get_dummies("|")
    test = pandas.read_csv(path("test_list.txt"), header=None)[0]
    frame["split"] = frame["Image Index"].isin(test).map({True: "test", False: "train"})
    yield len(frame), int(labels.to_numpy().sum())


def mimic():
    metadata = pandas.read_csv(path("mimic-cxr-2.0.0-metadata.csv"))
    split = pandas.read_csv(path("mimic-cxr-2.0.0-split.csv"))
    labels = pandas.read_csv(path("mimic-cxr-2.0.0-chexpert.csv"))
    yield
    joined = metadata.merge(split[["dicom_id", "split"]], on="dicom_id", how="left")
    joined = joined.merge(labels.drop(columns="subject_id"), on="study_id", how="left")
    five = ["Enlarged Cardiomediastinum", "Consolidation", "Pleural Effusion", "Pneumothorax", "Atelectasis"]
    kept = joined[~(joined[five] == -1).any(axis=1)]
    yield len(kept), int((kept[labels.columns[2:]] == 1).to_numpy().sum())


def padchest():
    frame = pandas.read_csv(path("PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv"), low_memory=False)
    yield
    text = frame["Labels"]
    columns = {label: text.str.contains(label, regex=False) for label in PADCHEST}
    columns["nodule_mass"] = text.str.contains("nodule", regex=False) | text.str.contains("mass", regex=False)
    yield len(frame), int(pandas.DataFrame(columns).to_numpy().sum())


readers = {"chestxray14": chestxray14, "mimic-cxr": mimic, "padchest": padchest}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
times, reads, peak = [], [], 0
for call in range(calls):
    start = time.perf_counter()
    steps = readers[name]()
    next(steps)
    reads.append(1000 * (time.perf_counter() - start))
    kept, positives = next(steps)
    times.append(1000 * (time.perf_counter() - start))
    if call == 0:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(
    json.dumps(
        {
            "version": pandas.__version__,
            "read": statistics.median(reads),
            "median": statistics.median(times),
            "kept": kept,
            "positives": positives,
            "bytes": 1024 * (peak - before),
        }
    )
)
