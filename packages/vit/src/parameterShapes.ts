import { requireConfig } from "./_check.js";
import { featureWidth, storedGridOf } from "./_grid.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * Names and shapes of a model's parameters, named as timm names them, in the order of the forward pass.
 *
 * Only `mask_token` has no place in timm; its name is DINOv2's. Linear weights are `[out, in]`, the patch embedding is `[D, C, P, P]`, as PyTorch stores them.
 *
 * @param config - Shape of the model.
 * @returns Shape by name; `head.weight` and `head.bias` come last.
 * @throws RangeError if the configuration describes no network.
 * @see timm, `VisionTransformer`: https://github.com/huggingface/pytorch-image-models/blob/v1.0.12/timm/models/vision_transformer.py
 * @example
 * {@includeCode ../example/parameters.example.ts#shapes}
 */
export function parameterShapes(config: VitConfig): ReadonlyMap<string, readonly number[]> {
  requireConfig("parameterShapes", config);
  const { patchSize, channels, width, depth, mlpDim, numClasses, layerScale } = config;
  const { numRegisters = 0, classPosition = true, fcNorm = false, mlp = "gelu", maskToken = false } = config;
  const [rows, columns] = storedGridOf(config);
  const shapes = new Map<string, readonly number[]>();
  const linear = (name: string, outputs: number, inputs: number) =>
    shapes.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs]);
  const norm = (name: string) => shapes.set(`${name}.weight`, [width]).set(`${name}.bias`, [width]);
  shapes.set("cls_token", [1, 1, width]);
  if (numRegisters > 0) shapes.set("reg_token", [1, numRegisters, width]);
  shapes.set("pos_embed", [1, (classPosition ? 1 : 0) + rows * columns, width]);
  shapes
    .set("patch_embed.proj.weight", [width, channels, patchSize, patchSize])
    .set("patch_embed.proj.bias", [width]);
  if (maskToken) shapes.set("mask_token", [1, width]);
  for (let i = 0; i < depth; i++) {
    const block = `blocks.${i}`;
    norm(`${block}.norm1`);
    linear(`${block}.attn.qkv`, 3 * width, width);
    linear(`${block}.attn.proj`, width, width);
    if (layerScale) shapes.set(`${block}.ls1.gamma`, [width]);
    norm(`${block}.norm2`);
    linear(`${block}.mlp.fc1`, mlp === "swiglu" ? 2 * mlpDim : mlpDim, width);
    linear(`${block}.mlp.fc2`, width, mlpDim);
    if (layerScale) shapes.set(`${block}.ls2.gamma`, [width]);
  }
  norm(fcNorm ? "fc_norm" : "norm");
  linear("head", numClasses, featureWidth(config));
  return shapes;
}
