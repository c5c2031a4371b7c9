"""Features and logits of one of DINOv2's transformers by timm, in float32 and float64; called by vitB14.mjs.

The position table is resampled outside of the model, under the convention that the configuration names.
"""

import json
import sys

import timm
import torch
from safetensors import safe_open
from timm.layers import SwiGLUPacked
from timm.models.vision_transformer import VisionTransformer
from torch.nn.functional import interpolate

path, config, out = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
with safe_open(path, "pt") as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
images = tensors.pop("images").permute(0, 3, 1, 2)

grid = config["imageSize"] // config["patchSize"]
stored = config.get("storedPositions")
if stored is not None:
    table = tensors["pos_embed"]
    prefix = 1 if config.get("classPosition", True) else 0
    patches = table[:, prefix:].reshape(1, stored["grid"], stored["grid"], -1).permute(0, 3, 1, 2)
    if stored["convention"] == "dinov2":
        scale = (grid + 0.1) / stored["grid"]
        resized = interpolate(patches, scale_factor=(scale, scale), mode="bicubic")
    else:
        resized = interpolate(patches, size=(grid, grid), mode="bicubic", antialias=stored["convention"] == "timm")
    tensors["pos_embed"] = torch.cat([table[:, :prefix], resized.permute(0, 2, 3, 1).flatten(1, 2)], 1)

swiglu = config.get("mlp") == "swiglu"
model = VisionTransformer(
    img_size=config["imageSize"],
    patch_size=config["patchSize"],
    num_classes=config["numClasses"],
    embed_dim=config["width"],
    depth=config["depth"],
    num_heads=config["numHeads"],
    mlp_ratio=config["mlpDim"] * (2 if swiglu else 1) / config["width"],
    init_values=1e-5 if config["layerScale"] else None,
    reg_tokens=config.get("numRegisters", 0),
    no_embed_class=not config.get("classPosition", True),
    weight_init="skip",
    **(dict(mlp_layer=SwiGLUPacked, act_layer=torch.nn.SiLU) if swiglu else {}),
)
model.load_state_dict(tensors, strict=True)
model.eval()

result = {"version": {"timm": timm.__version__, "torch": torch.__version__}}
with torch.no_grad():
    for precision in ("float32", "float64"):
        model, images = model.to(getattr(torch, precision)), images.to(getattr(torch, precision))
        features = model.forward_head(model.forward_features(images), pre_logits=True)
        result[precision] = {"features": features.flatten().tolist(), "logits": model.head(features).flatten().tolist()}
with open(out, "w") as file:
    json.dump(result, file)
