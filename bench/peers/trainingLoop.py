"""The same training with PyTorch and timm: python trainingLoop.py SHAPE THREADS, with SHAPE as JSON."""

import json
import sys
import time

import timm
import torch
from timm.models.vision_transformer import VisionTransformer

shape, threads = json.loads(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(1)
model = VisionTransformer(
    img_size=shape["imageSize"],
    patch_size=shape["patchSize"],
    embed_dim=shape["width"],
    depth=shape["depth"],
    num_heads=shape["numHeads"],
    mlp_ratio=shape["mlpDim"] / shape["width"],
    num_classes=shape["numClasses"],
)
decayed = [p for p in model.parameters() if p.ndim > 1]
spared = [p for p in model.parameters() if p.ndim <= 1]
optimizer = torch.optim.AdamW([dict(params=decayed, weight_decay=0.05), dict(params=spared, weight_decay=0.0)], lr=1e-4)
loss_of = torch.nn.BCEWithLogitsLoss()
batch, steps, warm = shape["batchSize"], shape["steps"], shape["warm"]
pixels = torch.randint(0, 256, (batch * steps, 1, shape["imageSize"], shape["imageSize"]), dtype=torch.uint8)
labels = (torch.rand(batch * steps, shape["numClasses"]) < 0.2).float()
order = torch.randperm(batch * steps)
model.train()
start = 0.0
for step in range(steps):
    if step == warm:
        start = time.perf_counter()
    rows = order[step * batch : (step + 1) * batch]
    images = pixels[rows]
    mirrored = torch.rand(batch) < 0.5
    images[mirrored] = images[mirrored].flip(-1)
    images = ((images.float() / 255 - 0.5) / 0.25).expand(-1, 3, -1, -1)
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of(model(images), labels[rows])
    loss.backward()
    optimizer.step()
    loss.item()
seconds = time.perf_counter() - start
print(json.dumps(dict(torch=torch.__version__, timm=timm.__version__, imagesPerSecond=batch * (steps - warm) / seconds)))
