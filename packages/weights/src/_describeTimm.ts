import type { CheckpointArchitecture } from "./describeCheckpoint.js";
import type { TensorSource } from "./TensorSource.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** The architecture of tensors under timm's names. */
export function describeTimm(
  caller: string,
  { names, info }: Pick<TensorSource, "names" | "info">,
  given?: number,
  shown?: number,
): CheckpointArchitecture {
  const known = new Set(names);
  const shapeOf = (name: string) => (known.has(name) ? info(name).shape : undefined);
  const need = (name: string, rank: number) => {
    const shape = shapeOf(name);
    if (shape?.length === rank) return shape;
    const got = shape === undefined ? "none" : `[${shape.join(", ")}]`;
    throw new WeightFormatError(
      shape === undefined ? "missing" : "shape",
      `${caller}: checkpoint must have ${name} with ${rank} axes to be described, got ${got}`,
      { tensor: name },
    );
  };
  const [width, channels, patchSize] = need("patch_embed.proj.weight", 4) as [number, number, number];
  const [, rows] = need("pos_embed", 3) as [number, number];
  const [inner] = need("blocks.0.mlp.fc1.weight", 2) as [number];
  const [, mlpDim] = need("blocks.0.mlp.fc2.weight", 2) as [number, number];
  const classToken = known.has("cls_token");
  const numRegisters = shapeOf("reg_token")?.[1] ?? 0;
  const classPosition = classToken && hasClassRow(rows, numRegisters);
  const grid = rootOf(classPosition ? rows - 1 : rows);
  const [numClasses = 0, headColumns = 0] = shapeOf("head.weight") ?? [];
  if (given !== undefined) requireHeads(caller, { numHeads: given, width });
  return {
    patchSize,
    channels,
    width,
    depth: depthOf(names),
    mlpDim,
    mlp: inner === 2 * mlpDim ? "swiglu" : "gelu",
    numHeads: given ?? shown ?? Math.max(1, Math.round(width / 64)),
    numHeadsFrom: given !== undefined ? "given" : shown !== undefined ? "shapes" : "width / 64",
    numRegisters,
    classToken,
    classPosition,
    grid,
    imageSize: grid === undefined ? undefined : grid * patchSize,
    layerScale: known.has("blocks.0.ls1.gamma"),
    qkvBias: known.has("blocks.0.attn.qkv.bias"),
    fcNorm: known.has("fc_norm.weight"),
    preNorm: known.has("norm_pre.weight"),
    numClasses,
    headColumns,
  };
}

/** G² rows have none, 1 + G² have one; of other grids those with registers have none, as in timm's models. */
function hasClassRow(rows: number, numRegisters: number): boolean {
  if (rootOf(rows) !== undefined) return false;
  return rootOf(rows - 1) !== undefined || numRegisters === 0;
}

function rootOf(patches: number): number | undefined {
  const root = Math.sqrt(patches);
  return Number.isInteger(root) && root > 0 ? root : undefined;
}

function depthOf(names: readonly string[]): number {
  return new Set(names.flatMap((name) => /^blocks\.\d+\./.exec(name) ?? [])).size;
}

/** A number of heads that the width can be divided by. */
export function requireHeads(
  caller: string,
  { numHeads, width }: Pick<CheckpointArchitecture, "numHeads" | "width">,
): void {
  if (!Number.isSafeInteger(numHeads) || numHeads < 1 || width % numHeads !== 0) {
    throw new RangeError(
      `${caller}: numHeads must be an integer of at least 1 that divides the width ${width}, got ${numHeads}`,
    );
  }
}
