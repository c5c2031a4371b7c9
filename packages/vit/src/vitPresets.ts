import type { VitConfig } from "./VitConfig.js";

/** Names of {@link vitPresets}. */
export type PresetName =
  | "dinov2-vit-s14"
  | "dinov2-vit-b14"
  | "dinov2-vit-l14"
  | "dinov2-vit-g14"
  | "dinov2-vit-s14-reg4"
  | "dinov2-vit-b14-reg4"
  | "dinov2-vit-l14-reg4"
  | "dinov2-vit-g14-reg4"
  | "vit-b16-in21k"
  | "vit-ti16"
  | "vit-s16"
  | "vit-s32"
  | "vit-b16"
  | "vit-b32"
  | "vit-l16"
  | "vit-l32"
  | "deit-ti16"
  | "deit-s16"
  | "deit-b16"
  | "small"
  | "tiny"
  | "two-block";

type Size = Pick<VitConfig, "width" | "depth" | "numHeads" | "mlpDim" | "mlp">;

const giant: Size = { width: 1536, depth: 40, numHeads: 24, mlpDim: 4096, mlp: "swiglu" };
const large: Size = { width: 1024, depth: 24, numHeads: 16, mlpDim: 4096 };
const base: Size = { width: 768, depth: 12, numHeads: 12, mlpDim: 3072 };
const small: Size = { width: 384, depth: 12, numHeads: 6, mlpDim: 1536 };
const tiny: Size = { width: 192, depth: 12, numHeads: 3, mlpDim: 768 };

const plain = { channels: 3, numClasses: 14, pooling: "cls", layerScale: false } as const;
const patch16 = { ...plain, imageSize: 224, patchSize: 16 } as const;
const patch32 = { ...plain, imageSize: 224, patchSize: 32 } as const;
const fromScratch = { ...plain, imageSize: 64, patchSize: 8, pooling: "mean" } as const;
const dinov2 = {
  ...plain,
  imageSize: 224,
  patchSize: 14,
  layerScale: true,
  storedPositions: { grid: 37, convention: "dinov2" },
} as const;
const dinov2Registers = {
  ...dinov2,
  numRegisters: 4,
  classPosition: false,
  storedPositions: { grid: 37, convention: "timm" },
} as const;

/**
 * Known sizes, with a head of 14 findings; spread one and change what differs.
 *
 * `dinov2-*` are Meta's DINOv2 backbones, whose position table was trained at 518 px (Oquab et al. 2024, table 17), and
 * `-reg4` those with four registers (Darcet et al. 2024), which were trained under another rule of resampling and
 * whose class token has no position, as in timm. `vit-*` are the sizes of Dosovitskiy et al. 2021, table 1, and of
 * Steiner et al. 2022 (AugReg), at 224 px; `deit-*` those of Touvron et al. 2021, table 1, without the distillation
 * token, which are the same networks. `small` and `tiny` train from scratch on a CPU in minutes, on images of 64 px;
 * `two-block` is for tests.
 *
 * @example
 * {@includeCode ../example/readme.example.ts}
 */
export const vitPresets: Readonly<Record<PresetName, VitConfig>> = {
  "dinov2-vit-s14": { ...dinov2, ...small },
  "dinov2-vit-b14": { ...dinov2, ...base },
  "dinov2-vit-l14": { ...dinov2, ...large },
  "dinov2-vit-g14": { ...dinov2, ...giant },
  "dinov2-vit-s14-reg4": { ...dinov2Registers, ...small },
  "dinov2-vit-b14-reg4": { ...dinov2Registers, ...base },
  "dinov2-vit-l14-reg4": { ...dinov2Registers, ...large },
  "dinov2-vit-g14-reg4": { ...dinov2Registers, ...giant },
  "vit-b16-in21k": { ...patch16, ...base },
  "vit-ti16": { ...patch16, ...tiny },
  "vit-s16": { ...patch16, ...small },
  "vit-s32": { ...patch32, ...small },
  "vit-b16": { ...patch16, ...base },
  "vit-b32": { ...patch32, ...base },
  "vit-l16": { ...patch16, ...large },
  "vit-l32": { ...patch32, ...large },
  "deit-ti16": { ...patch16, ...tiny },
  "deit-s16": { ...patch16, ...small },
  "deit-b16": { ...patch16, ...base },
  small: { ...fromScratch, width: 192, depth: 6, numHeads: 3, mlpDim: 768 },
  tiny: { ...fromScratch, width: 96, depth: 4, numHeads: 3, mlpDim: 384 },
  "two-block": { ...plain, imageSize: 16, patchSize: 8, width: 16, depth: 2, numHeads: 2, mlpDim: 32 },
};
