import { expect, test } from "vitest";
import { checkpointOf } from "./checkpointOf.js";
import { type CheckpointArchitecture, describeCheckpoint } from "./describeCheckpoint.js";
import { fromTimm } from "./fromTimm.js";
import { type NamedArray, openCheckpoint } from "./index.js";

const fixtures = new URL("../fixtures/", import.meta.url).pathname;

const plain: CheckpointArchitecture = {
  patchSize: 2,
  channels: 3,
  width: 8,
  depth: 2,
  mlpDim: 16,
  mlp: "gelu",
  numHeads: 1,
  numHeadsFrom: "width / 64",
  numRegisters: 0,
  classToken: true,
  classPosition: true,
  grid: 3,
  imageSize: 6,
  layerScale: false,
  qkvBias: true,
  fcNorm: false,
  preNorm: false,
  numClasses: 0,
  headColumns: 0,
};
const head = { numClasses: 3, headColumns: 8 };
const dinov2 = { layerScale: true };
const registers = { ...dinov2, numRegisters: 4, classPosition: false };

test.each<[string, Partial<CheckpointArchitecture>]>([
  ["timm/timm_plain", head],
  ["timm/timm_no_class_token", { ...head, classToken: false, classPosition: false, fcNorm: true }],
  ["timm/timm_registers", registers],
  ["timm/dinov2", dinov2],
  ["timm/dinov2_chunked", dinov2],
  ["timm/dinov2_registers", registers],
  ["timm/dinov2_swiglu", { ...dinov2, mlp: "swiglu" }],
  ["timm/mae", {}],
  ["timm/deit_distilled", head],
  ["timm/deit3", { ...head, ...dinov2, classPosition: false }],
  ["transformers/vit_classifier", head],
  ["transformers/dinov2_classifier", { ...dinov2, numClasses: 3, headColumns: 16 }],
  ["transformers/dinov2_with_registers", registers],
  ["jax/augreg", { numClasses: 5, headColumns: 8, numHeads: 2, numHeadsFrom: "shapes" }],
])("the architecture of %s is told from its shapes", async (file, facts) => {
  const checkpoint = await openCheckpoint(`${fixtures}${file}.safetensors`);
  const found = describeCheckpoint(checkpoint);
  await checkpoint.close();
  expect(found).toEqual({ ...plain, ...facts });
});

/** Names and shapes of a large model without its elements. */
function shapesOf(
  width: number,
  depth: number,
  mlpDim: number,
  fc1: number,
  tokens: number,
  registerTokens: number,
) {
  const shapes = new Map<string, readonly number[]>();
  const linear = (name: string, a: number, b: number) =>
    shapes.set(`${name}.weight`, [a, b]).set(`${name}.bias`, [a]);
  const norm = (name: string) => shapes.set(`${name}.weight`, [width]).set(`${name}.bias`, [width]);
  shapes.set("cls_token", [1, 1, width]).set("pos_embed", [1, tokens, width]);
  if (registerTokens > 0) shapes.set("reg_token", [1, registerTokens, width]);
  shapes.set("patch_embed.proj.weight", [width, 3, 14, 14]).set("patch_embed.proj.bias", [width]);
  for (let i = 0; i < depth; i++) {
    norm(`blocks.${i}.norm1`);
    linear(`blocks.${i}.attn.qkv`, 3 * width, width);
    linear(`blocks.${i}.attn.proj`, width, width);
    shapes.set(`blocks.${i}.ls1.gamma`, [width]).set(`blocks.${i}.ls2.gamma`, [width]);
    norm(`blocks.${i}.norm2`);
    linear(`blocks.${i}.mlp.fc1`, fc1, width);
    linear(`blocks.${i}.mlp.fc2`, width, mlpDim);
  }
  norm("norm");
  return {
    names: [...shapes.keys()],
    info: (name: string) => ({ dtype: "float32" as const, shape: shapes.get(name) as readonly number[] }),
  };
}

test("DINOv2's published sizes are recognised", () => {
  expect(describeCheckpoint(shapesOf(768, 12, 3072, 3072, 1370, 0))).toMatchObject({
    patchSize: 14,
    width: 768,
    depth: 12,
    numHeads: 12,
    grid: 37,
    imageSize: 518,
    classPosition: true,
    mlp: "gelu",
  });
  expect(describeCheckpoint(shapesOf(1536, 40, 4096, 8192, 1369, 4))).toMatchObject({
    width: 1536,
    depth: 40,
    numHeads: 24,
    mlp: "swiglu",
    mlpDim: 4096,
    numRegisters: 4,
    classPosition: false,
    grid: 37,
  });
});

test("a table of no square grid has no grid, and a class row unless there are registers", () => {
  expect(describeCheckpoint(shapesOf(64, 1, 128, 128, 1 + 12, 0))).toMatchObject({
    grid: undefined,
    imageSize: undefined,
    classPosition: true,
  });
  expect(describeCheckpoint(shapesOf(64, 1, 128, 128, 12, 4))).toMatchObject({
    grid: undefined,
    classPosition: false,
  });
});

test("the number of heads may be given", () => {
  expect(describeCheckpoint(shapesOf(192, 1, 768, 768, 197, 0), { numHeads: 6 })).toMatchObject({
    numHeads: 6,
    numHeadsFrom: "given",
  });
});

test.each([0, 2.5, 5])("%d heads of a width of 192 are refused", (numHeads) => {
  expect(() => describeCheckpoint(shapesOf(192, 1, 768, 768, 197, 0), { numHeads })).toThrow(
    `describeCheckpoint: numHeads must be an integer of at least 1 that divides the width 192, got ${numHeads}`,
  );
});

test("nothing is read, and what lies beside a vision transformer does not matter", async () => {
  const source = shapesOf(64, 2, 128, 128, 17, 0);
  const info = (name: string) =>
    name === "optimiser.step" ? { dtype: "int64" as const, shape: [] } : source.info(name);
  expect(describeCheckpoint({ names: [...source.names, "optimiser.step"], info }).depth).toBe(2);
});

test("what cannot be described is an error that names the tensor", async () => {
  const one: NamedArray = { dtype: "float32", shape: [1], data: Float32Array.of(1) };
  expect(() => describeCheckpoint(checkpointOf({ "patch_embed.proj.weight": one, pos_embed: one }))).toThrow(
    "describeCheckpoint: checkpoint must have patch_embed.proj.weight with 4 axes to be described, got [1]",
  );
  expect(() => describeCheckpoint(checkpointOf({ a: one }))).toThrow(
    "describeCheckpoint: checkpoint must have a patch embedding",
  );
  expect(() => fromTimm(checkpointOf({ "patch_embed.proj.weight": one }), "jax", { except: ["*"] })).toThrow(
    "fromTimm: checkpoint must have patch_embed.proj.weight with 4 axes",
  );
});
