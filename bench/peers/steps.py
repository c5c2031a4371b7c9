"""Training step or inference in PyTorch's eager mode: python steps.py training|inference THREADS WIDTH DEPTH HEADS MLP LABELS BATCH REPEATS"""

import json
import resource
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, scaled_dot_product_attention

kind = sys.argv[1]
threads, width, depth, heads, mlp, labels, batch, repeats = map(int, sys.argv[2:])
torch.set_num_threads(threads)
torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, mlp), nn.Linear(mlp, width)
        self.ls1, self.ls2 = nn.Parameter(torch.full((width,), 1e-5)), nn.Parameter(torch.full((width,), 1e-5))

    def forward(self, x):
        q, k, v = self.qkv(self.norm1(x)).unflatten(-1, (3, heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        x = x + self.ls1 * self.proj(mixed)
        return x + self.ls2 * self.fc2(nn.functional.gelu(self.fc1(self.norm2(x))))


class Vit(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Conv2d(3, width, 14, 14)
        self.cls_token, self.pos_embed = nn.Parameter(torch.zeros(1, 1, width)), nn.Parameter(torch.zeros(1, 257, width))
        self.blocks = nn.Sequential(*[Block() for _ in range(depth)])
        self.norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, labels)

    def forward(self, images):
        x = self.embed(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        return self.head(self.norm(self.blocks(x)[:, 0]))


model = Vit()
images = torch.rand(batch, 3, 224, 224)
targets = (torch.rand(batch, labels) > 0.5).float()
optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)


def run():
    start = time.perf_counter()
    if kind == "training":
        optimiser.zero_grad()
        loss = binary_cross_entropy_with_logits(model(images), targets)
        loss.backward()
        optimiser.step()
        assert loss.isfinite()
    else:
        with torch.inference_mode():
            torch.sigmoid(model(images))
    return time.perf_counter() - start


for _ in range(3):
    run()
seconds = statistics.median(run() for _ in range(repeats))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps(dict(imagesPerSecond=batch / seconds, bytes=peak, version=torch.__version__)))
