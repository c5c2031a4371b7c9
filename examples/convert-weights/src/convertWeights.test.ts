import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { features, initialParameters, loadParameters, vitPresets } from "@cxrkit/vit";
import { type NamedArray, openCheckpoint, writeSafetensors } from "@cxrkit/weights";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { convertWeights } from "./convertWeights.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cxrkit-convert-"));
});
afterAll(() => rm(folder, { recursive: true }));

const config = { ...vitPresets["two-block"], numClasses: 3 };
const fixture = new URL("../fixtures/", import.meta.url).pathname;

async function readAll(path: string): Promise<Map<string, NamedArray>> {
  const checkpoint = await openCheckpoint(path);
  const arrays = new Map<string, NamedArray>();
  for (const name of checkpoint.names) arrays.set(name, await checkpoint.get(name));
  await checkpoint.close();
  return arrays;
}

test("what PyTorch saved of DINOv2 computes here what it computed there", async () => {
  const to = join(folder, "dinov2.safetensors");
  const dinov2 = { ...config, layerScale: true, numRegisters: 4, classPosition: false };
  const { conversion, largestErrors, missing, unexpected } = await convertWeights(
    `${fixture}dinov2_registers.pth`,
    to,
    dinov2,
  );
  expect(conversion).toMatchObject({ from: "dinov2", to: "timm", verified: true });
  expect(conversion.ignored.map(({ name }) => name)).toEqual(["mask_token"]);
  expect(largestErrors.every(({ largestError }) => largestError === 0)).toBe(true);
  expect([missing, unexpected]).toEqual([["head.weight [3, 16]", "head.bias [3]"], []]);

  const { input, expected } = JSON.parse(readFileSync(`${fixture}expected.json`, "utf8"));
  await tf.setBackend("cpu");
  // The backend prints an advertisement at its first use.
  Reflect.set(tf.backend(), "firstUse", false);
  const parameters = loadParameters(dinov2, await readAll(to), { except: ["head.*"], seed: 1 });
  const tensors = [...parameters].map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]);
  const images = tf.tensor4d(input.images, input.shape);
  const found = await features(Object.fromEntries(tensors), images, dinov2).data();
  expect(found).toBeAllclose(expected.features, { rtol: 1e-4, atol: 1e-5 });
});

test("half precision comes out as float32 without error, and fits the model", async () => {
  const parameters = initialParameters(config, 1);
  // bfloat16 is the upper half of float32.
  const { shape, data } = parameters.get("head.weight")!;
  const bits = Uint16Array.from(new Uint32Array(data.slice().buffer), (value) => value >>> 16);
  const [from, to] = [join(folder, "half.safetensors"), join(folder, "whole.safetensors")];
  const half: NamedArray = { dtype: "bfloat16", shape, data: bits };
  await writeSafetensors(from, new Map<string, NamedArray>([...parameters, ["head.weight", half]]));
  const { largestErrors, missing, unexpected } = await convertWeights(from, to, config);
  expect(largestErrors.find(({ name }) => name === "head.weight")?.dtype).toBe("bfloat16");
  expect(largestErrors.every(({ largestError }) => largestError === 0)).toBe(true);
  expect([missing, unexpected]).toEqual([[], []]);
  expect(loadParameters(config, await readAll(to)).size).toBe(parameters.size);
});

test("double precision is rounded, and what does not fit is named", async () => {
  const [from, to] = [join(folder, "double.safetensors"), join(folder, "single.safetensors")];
  const parameters = new Map<string, NamedArray>(initialParameters({ ...config, numClasses: 2 }, 1));
  parameters.set("head.bias", { dtype: "float64", shape: [2], data: Float64Array.of(0.1, 1) });
  parameters.set("norm_pre.weight", { dtype: "float32", shape: [16], data: new Float32Array(16) });
  await writeSafetensors(from, parameters);
  const { largestErrors, missing, unexpected } = await convertWeights(from, to, config);
  const { largestError } = largestErrors.find(({ name }) => name === "head.bias")!;
  expect(largestError).toBe(Math.abs(Math.fround(0.1) - 0.1));
  expect(missing).toEqual(["head.weight [3, 16], there it is [2, 16]", "head.bias [3], there it is [2]"]);
  expect(unexpected).toEqual(["norm_pre.weight"]);
});

test("a checkpoint that is not whole is not written", async () => {
  const [from, to] = [join(folder, "part.safetensors"), join(folder, "none.safetensors")];
  const parameters = new Map<string, NamedArray>(initialParameters(config, 1));
  parameters.delete("blocks.1.attn.proj.bias");
  await writeSafetensors(from, parameters);
  await expect(convertWeights(from, to, config)).rejects.toThrow("missing blocks.1.attn.proj.bias");
  await expect(openCheckpoint(to)).rejects.toThrow("ENOENT");
});
