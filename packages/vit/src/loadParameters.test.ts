import { expect, test } from "vitest";
import {
  type CheckpointArray,
  initialParameters,
  loadParameters,
  type NamedArray,
  parameterShapes,
  type VitConfig,
  vitPresets,
} from "./index.js";

const config = vitPresets["two-block"];
const checkpoint = (seed: number) => new Map<string, NamedArray>(initialParameters(config, seed));

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

test("loadParameters says once how half precision is widened, and refuses too few numbers", () => {
  const arrays = new Map<string, CheckpointArray>(checkpoint(1));
  arrays.set("norm.bias", { dtype: "bfloat16", shape: [16], data: new Uint16Array(16) });
  arrays.set("norm.weight", { dtype: "float16", shape: [16], data: new Uint16Array(16) });
  arrays.set("cls_token", { dtype: "float32", shape: [1, 1, 16], data: new Float32Array(15) });
  expect(() => loadParameters(config, arrays)).toThrow(
    "loadParameters: checkpoint must fit the model or be excepted by name, got 3 misfits: cls_token holds 15 numbers, wanted 16 for shape [1, 1, 16]; norm.weight is float16, wanted float32; norm.bias is bfloat16, wanted float32; convert other types first, as toFloat32 of @cxrkit/weights does",
  );
});

test("loadParameters names what a model with registers, SwiGLU and fc_norm lacks in another one's checkpoint", () => {
  const wanted: VitConfig = {
    ...config,
    numRegisters: 2,
    classPosition: false,
    pooling: "mean",
    fcNorm: true,
  };
  expect(() => loadParameters(wanted, checkpoint(1))).toThrow(
    "got 6 misfits: missing reg_token [1, 2, 16]; pos_embed has shape [1, 5, 16], wanted [1, 4, 16]; missing fc_norm.weight [16]; missing fc_norm.bias [16]; unexpected norm.weight; unexpected norm.bias",
  );
  expect(() => loadParameters({ ...config, mlp: "swiglu" }, checkpoint(1))).toThrow(
    "blocks.1.mlp.fc1.weight has shape [32, 16], wanted [64, 16]",
  );
});

test("loadParameters never draws a head that was not excepted", () => {
  const arrays = checkpoint(1);
  arrays.delete("head.weight");
  arrays.delete("head.bias");
  expect(() => loadParameters(config, arrays, { seed: 1 })).toThrow(
    "got 2 misfits: missing head.weight [14, 16]; missing head.bias [14]",
  );
});
