"""A linear model on histograms of oriented gradients, for comparison with what is learned from pixels.

python bench/learning/hog.py ../shared/data/chestxray14-sample, with scikit-image, scikit-learn and Pillow. Splits are
the lists of the folder: train_val_list.txt for fitting, test_list.txt for the areas. The strength of regularisation is
chosen for each finding by cross-validation over patients within the first.
"""
import csv
import os
import sys
import warnings

import numpy
import skimage
import sklearn
from PIL import Image
from skimage.feature import hog
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
root = sys.argv[1]
SIZE = 128


def features_of(name):
    image = Image.open(os.path.join(root, "images", name)).convert("L").resize((SIZE, SIZE), Image.BILINEAR)
    return hog(numpy.asarray(image), orientations=9, pixels_per_cell=(16, 16), cells_per_block=(2, 2), feature_vector=True)


with open(os.path.join(root, "Data_Entry_2017_v2020.csv"), newline="") as file:
    rows = {row[0]: (row[1].split("|"), row[3]) for row in csv.reader(file)}


def read(split):
    with open(os.path.join(root, split)) as file:
        names = [line.strip() for line in file if line.strip()]
    return names, numpy.stack([features_of(name) for name in names])


train_names, train_x = read("train_val_list.txt")
test_names, test_x = read("test_list.txt")
patients = [rows[name][1] for name in train_names]
findings = sorted({finding for labels, _ in (rows[name] for name in train_names) for finding in labels})
print(f"scikit-image {skimage.__version__}, scikit-learn {sklearn.__version__}; {len(train_names)} and {len(test_names)} images, {train_x.shape[1]} features")
areas = []
for finding in findings:
    train_y = numpy.array([finding in rows[name][0] for name in train_names], int)
    test_y = numpy.array([finding in rows[name][0] for name in test_names], int)
    if test_y.sum() < 10:
        print(f"{finding:20} {test_y.sum():3} positives, left out")
        continue
    search = GridSearchCV(
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)),
        {"logisticregression__C": [1e-5, 1e-4, 1e-3, 1e-2]},
        scoring="roc_auc",
        cv=GroupKFold(4),
    ).fit(train_x, train_y, groups=patients)
    areas.append(roc_auc_score(test_y, search.decision_function(test_x)))
    print(f"{finding:20} {test_y.sum():3} positives, AUROC {areas[-1]:.3f} (C {search.best_params_['logisticregression__C']:g})")
print(f"{'macro mean':20} {len(areas):3} findings,  AUROC {numpy.mean(areas):.3f}")
