import { readFileSync } from "node:fs";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  initialParameters,
  loadParameters,
  type NamedArray,
  numParameters,
  parameterShapes,
  resizePositionEmbedding,
  type VitConfig,
  vitPresets,
} from "./index.js";

const config = vitPresets["two-block"];
const checkpoint = (seed: number) => new Map<string, NamedArray>(initialParameters(config, seed));

test("the presets have the parameter counts of the checkpoints they are named after", () => {
  const head = 769 * 14;
  // DINOv2's file holds the mask token of the pretraining as well: 768 more.
  expect(numParameters(vitPresets["dinov2-vit-b14"]) - head).toBe(86_580_480 - 768);
  expect(numParameters(vitPresets["vit-b16-in21k"]) - head).toBe(85_798_656);
});

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
  [{ pooling: "max" as "mean" }, 'parameterShapes: config.pooling must be "cls" or "mean", got "max"'],
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

test("loadParameters takes a checkpoint that fits, without copying", () => {
  const arrays = checkpoint(1);
  const parameters = loadParameters(config, arrays);
  expect([...parameters.keys()]).toEqual([...parameterShapes(config).keys()]);
  expect(parameters.get("pos_embed")?.data).toBe(arrays.get("pos_embed")?.data);
});

test("loadParameters lists everything missing, unexpected and of another shape at once", () => {
  const arrays = checkpoint(1);
  arrays.delete("norm.bias");
  arrays.set("mask_token", { dtype: "float32", shape: [1, 16], data: new Float32Array(16) });
  arrays.set("head.weight", { dtype: "float32", shape: [3, 16], data: new Float32Array(48) });
  expect(() => loadParameters(config, arrays)).toThrow(
    "loadParameters: checkpoint must fit the model or be excepted by name, got 3 misfits: missing norm.bias [16]; head.weight has shape [3, 16], wanted [14, 16]; unexpected mask_token",
  );
});

test("loadParameters draws what is excepted anew and passes over what only the checkpoint has", () => {
  const arrays = checkpoint(1);
  arrays.set("mask_token", { dtype: "float32", shape: [1, 16], data: new Float32Array(16) });
  const except = ["head.*", "mask_token"];
  const parameters = loadParameters(config, arrays, { except, seed: 9 });
  expect(parameters.get("head.weight")?.data).toEqual(initialParameters(config, 9).get("head.weight")?.data);
  expect(parameters.get("norm.weight")?.data).toBe(arrays.get("norm.weight")?.data);
  expect(() => loadParameters(config, arrays, { except })).toThrow(
    "loadParameters: seed must be given when a parameter of the model is excepted, got none",
  );
});

test("resizePositionEmbedding follows DINOv2 as PyTorch computes it", async () => {
  await tf.setBackend("cpu");
  Reflect.set(tf.backend(), "firstUse", false);
  const { expected } = JSON.parse(
    readFileSync(new URL("../fixtures/timm/positions.json", import.meta.url), "utf8"),
  ) as {
    expected: { stored: number; grid: number; width: number; values: number[] }[];
  };
  for (const { stored, grid, width, values } of expected) {
    let state = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(`positions ${stored}`))
      state = Math.imul(state ^ byte, 0x01000193) >>> 0;
    const table = Float32Array.from({ length: stored * stored * width }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 32 - 0.5) * 2;
    });
    const positions = tf.tensor3d([7, 8, ...table], [1, 1 + stored * stored, width]);
    const resized = resizePositionEmbedding(positions, grid, "dinov2");
    expect(resized.shape).toEqual([1, 1 + grid * grid, width]);
    expect(resized.dataSync()).toBeAllclose([7, 8, ...values], { rtol: 1e-5, atol: 2e-6 });
  }
});

test("resizePositionEmbedding refuses a table that is no square grid", () => {
  const positions = tf.zeros([1, 7, 2]) as tf.Tensor3D;
  expect(() => resizePositionEmbedding(positions, 2, "dinov2")).toThrow(
    "resizePositionEmbedding: positions must have shape [1, 1 + G², D] for a whole G, got [1, 7, 2]",
  );
});
