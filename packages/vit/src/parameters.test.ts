import { expect, test } from "vitest";
import {
  imageShape,
  initialParameters,
  type NamedArray,
  parameterShapes,
  type VitConfig,
  vitPresets,
} from "./index.js";

const config = vitPresets["two-block"];

test("parameterShapes has timm's names and PyTorch's layouts", () => {
  const shapes = parameterShapes({ ...config, layerScale: true });
  expect(shapes.get("patch_embed.proj.weight")).toEqual([16, 3, 8, 8]);
  expect(shapes.get("pos_embed")).toEqual([1, 5, 16]);
  expect(shapes.get("blocks.1.attn.qkv.weight")).toEqual([48, 16]);
  expect(shapes.get("blocks.0.ls1.gamma")).toEqual([16]);
  expect([...shapes.keys()].at(-1)).toBe("head.bias");
});

test.each<[Partial<VitConfig>, string]>([
  [{ depth: 0 }, "parameterShapes: config.depth must be an integer of at least 1, got 0"],
  [{ imageSize: 20 }, "parameterShapes: config.imageSize must be a multiple of patchSize 8, got 20"],
  [{ numHeads: 3 }, "parameterShapes: config.width must be a multiple of numHeads 3, got 16"],
  [
    { pooling: "max" as "mean" },
    'parameterShapes: config.pooling must be "cls", "mean" or "cls+mean", got "max"',
  ],
  [{ mlp: "relu" as "gelu" }, 'parameterShapes: config.mlp must be "gelu" or "swiglu", got "relu"'],
  [{ imageSize: [16, 20] }, "parameterShapes: config.imageSize must be a multiple of patchSize 8, got 20"],
  [{ imageSize: [16] as never }, "parameterShapes: config.imageSize must be one number or two, got 16"],
  [{ imageSize: [16, 0] }, "parameterShapes: config.imageSize[1] must be an integer of at least 1, got 0"],
  [{ numRegisters: -1 }, "parameterShapes: config.numRegisters must be an integer of at least 0, got -1"],
  [{ fcNorm: true }, 'parameterShapes: config.fcNorm must go with pooling "mean", got pooling "cls"'],
  [
    { storedPositions: { grid: 1.5, convention: "timm" } },
    "parameterShapes: config.storedPositions.grid must be an integer of at least 1, got 1.5",
  ],
  [
    { storedPositions: { grid: 3, convention: "nearest" as "timm" } },
    'parameterShapes: config.storedPositions.convention must be "dinov2", "timm" or "huggingface", got "nearest"',
  ],
])("parameterShapes refuses %o", (change, message) => {
  expect(() => parameterShapes({ ...config, ...change })).toThrow(message);
});

test("initialParameters has the moments of timm's initialisation", () => {
  const parameters = initialParameters({ ...vitPresets.small, layerScale: true }, 5);
  const data = (name: string) => parameters.get(name)?.data as Float32Array;
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = (values: Float32Array) => {
    const centre = mean(values);
    return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  };
  const weight = data("blocks.3.mlp.fc1.weight");
  expect(Math.abs(mean(weight))).toBeLessThan((4 * 0.02) / Math.sqrt(weight.length));
  expect(deviation(weight)).toBeCloseTo(0.02, 3);
  expect(deviation(data("pos_embed"))).toBeCloseTo(0.02, 3);
  expect(new Set(data("blocks.0.norm1.weight"))).toEqual(new Set([1]));
  expect(new Set(data("blocks.0.attn.qkv.bias"))).toEqual(new Set([0]));
  expect(new Set(data("blocks.0.ls2.gamma"))).toEqual(new Set([Math.fround(1e-5)]));
  expect(Math.max(...data("cls_token").map(Math.abs))).toBeLessThan(1e-5);
});

test("registers begin as the class token does, and the second half of a SwiGLU layer at 1", () => {
  const model: VitConfig = { ...vitPresets.small, numRegisters: 4, mlp: "swiglu" };
  const parameters = initialParameters(model, 5);
  const data = (name: string) => parameters.get(name)?.data as Float32Array;
  expect(parameters.get("reg_token")?.shape).toEqual([1, 4, 192]);
  expect(Math.max(...data("reg_token").map(Math.abs))).toBeLessThan(1e-5);
  const bias = data("blocks.0.mlp.fc1.bias");
  expect(new Set(bias.slice(0, 768))).toEqual(new Set([0]));
  expect(new Set(bias.slice(768))).toEqual(new Set([1]));
  const weight = data("blocks.0.mlp.fc1.weight");
  expect(Math.max(...weight.slice(0, 100).map(Math.abs))).toBeGreaterThan(0.02);
  expect(Math.max(...weight.slice(768 * 192, 768 * 192 + 100).map(Math.abs))).toBeLessThan(1e-5);
});

test("a head on both poolings has 2D columns and PyTorch's bound for them", () => {
  const parameters = initialParameters({ ...config, pooling: "cls+mean" }, 5, { head: "pytorch" });
  const { shape, data } = parameters.get("head.weight") as NamedArray;
  expect(shape).toEqual([14, 32]);
  expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(32));
  expect(Math.max(...data.map(Math.abs))).toBeGreaterThan(0.9 / Math.sqrt(32));
});

test("a PyTorch head is uniform within ±1/√D, bias included", () => {
  const parameters = initialParameters(vitPresets["two-block"], 5, { head: "pytorch" });
  for (const name of ["head.weight", "head.bias"]) {
    const data = parameters.get(name)?.data as Float32Array;
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(0.25);
    expect(Math.max(...data.map(Math.abs))).toBeGreaterThan(0.15);
  }
});

test("initialParameters gives the same numbers for a seed whatever the rest of the model is", () => {
  const a = initialParameters(config, 7);
  const b = initialParameters({ ...config, numClasses: 3 }, 7);
  const c = initialParameters(config, 8);
  const name = "blocks.0.mlp.fc1.weight";
  expect(a.get(name)?.data).toEqual(b.get(name)?.data);
  expect(a.get(name)?.data).not.toEqual(c.get(name)?.data);
  expect(a.get("blocks.0.mlp.fc1.weight")?.data.slice(0, 3)).not.toEqual(
    a.get("blocks.1.mlp.fc1.weight")?.data.slice(0, 3),
  );
  expect(() => initialParameters(config, -1)).toThrow(
    "initialParameters: seed must be an integer of at least 0, got -1",
  );
});

test("imageShape is the shape of one image", () => {
  expect(imageShape(config)).toEqual([16, 16, 3]);
  expect(imageShape({ ...config, imageSize: [8, 24], channels: 1 })).toEqual([8, 24, 1]);
});
