import type { VitConfig } from "./VitConfig.js";

/** Names of {@link vitPresets}. */
export type PresetName =
  | "dinov2-vit-b14"
  | "dinov2-vit-s14"
  | "vit-b16-in21k"
  | "vit-s16"
  | "vit-ti16"
  | "small"
  | "tiny"
  | "two-block";

type Size = Pick<VitConfig, "width" | "depth" | "numHeads" | "mlpDim">;

const base: Size = { width: 768, depth: 12, numHeads: 12, mlpDim: 3072 };
const small: Size = { width: 384, depth: 12, numHeads: 6, mlpDim: 1536 };
const tiny: Size = { width: 192, depth: 12, numHeads: 3, mlpDim: 768 };

const plain = { channels: 3, numClasses: 14, pooling: "cls", layerScale: false } as const;
const patch16 = { ...plain, imageSize: 224, patchSize: 16 } as const;
const dinov2 = {
  ...plain,
  imageSize: 224,
  patchSize: 14,
  layerScale: true,
  storedPositions: { grid: 37, convention: "dinov2" },
} as const;

/**
 * Known sizes, with a head of 14 findings; spread one and change what differs.
 *
 * `dinov2-*` are Meta's DINOv2 backbones without registers (Oquab et al. 2024, table 17), whose position table was
 * trained at 518 px. `vit-*16` are the sizes of Dosovitskiy et al. 2021, table 1, and Touvron et al. 2021 (DeiT),
 * table 1. `small` and `tiny` train from scratch on a CPU in minutes, on images of 64 px; `two-block` is for tests.
 *
 * @example {@includeCode ../example/readme.example.ts}
 */
export const vitPresets: Readonly<Record<PresetName, VitConfig>> = {
  "dinov2-vit-b14": { ...dinov2, ...base },
  "dinov2-vit-s14": { ...dinov2, ...small },
  "vit-b16-in21k": { ...patch16, ...base },
  "vit-s16": { ...patch16, ...small },
  "vit-ti16": { ...patch16, ...tiny },
  small: {
    ...plain,
    imageSize: 64,
    patchSize: 8,
    width: 192,
    depth: 6,
    numHeads: 3,
    mlpDim: 768,
    pooling: "mean",
  },
  tiny: {
    ...plain,
    imageSize: 64,
    patchSize: 8,
    width: 96,
    depth: 4,
    numHeads: 3,
    mlpDim: 384,
    pooling: "mean",
  },
  "two-block": { ...plain, imageSize: 16, patchSize: 8, width: 16, depth: 2, numHeads: 2, mlpDim: 32 },
};
