"""The same with torch: python batches.py FOLDER BATCH EPOCHS WORKERS bytes|numbers"""

import json
import os
import statistics
import sys
import time

import torch
from PIL import Image
from torchvision import transforms

folder, batch_size, epochs, workers, kind = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]


class Radiographs(torch.utils.data.Dataset):
    def __init__(self):
        self.paths = sorted(os.path.join(folder, name) for name in os.listdir(folder))
        self.augment = transforms.Compose([transforms.RandomHorizontalFlip(), transforms.RandomRotation(7)])
        last = [transforms.PILToTensor()] if kind == "bytes" else [transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.25] * 3)]
        self.convert = transforms.Compose(last)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        image = Image.open(self.paths[index])
        image = image.convert("L") if kind == "bytes" else image.convert("RGB")
        return self.convert(self.augment(image)), index


loader = torch.utils.data.DataLoader(
    Radiographs(), batch_size=batch_size, shuffle=True, num_workers=workers, persistent_workers=workers > 0, drop_last=False
)
rates = []
for epoch in range(epochs + 1):
    start = time.perf_counter()
    total = 0
    for images, _ in loader:
        total += images.shape[0]
    if epoch > 0:
        rates.append(total / (time.perf_counter() - start))
print(json.dumps({"version": torch.__version__, "imagesPerSecond": statistics.median(rates)}))
