import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initialParameters, loadParameters, vitPresets } from "@cxrkit/vit";
import { type NamedArray, openCheckpoint, writeSafetensors } from "@cxrkit/weights";
import { afterAll, beforeAll, expect, test } from "vitest";
import { convertWeights } from "./convertWeights.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cxrkit-convert-"));
});
afterAll(() => rm(folder, { recursive: true }));

const config = { ...vitPresets["two-block"], numClasses: 3 };

test("half precision comes out as float32 without error, and fits the model", async () => {
  const parameters = initialParameters(config, 1);
  // bfloat16 is the upper half of float32.
  const { shape, data } = parameters.get("head.weight")!;
  const bits = Uint16Array.from(new Uint32Array(data.slice().buffer), (value) => value >>> 16);
  const [from, to] = [join(folder, "half.safetensors"), join(folder, "whole.safetensors")];
  const half: NamedArray = { dtype: "bfloat16", shape, data: bits };
  await writeSafetensors(from, new Map<string, NamedArray>([...parameters, ["head.weight", half]]));
  const { tensors, missing, unexpected } = await convertWeights(from, to, config);
  expect(tensors.find(({ name }) => name === "head.weight")?.dtype).toBe("bfloat16");
  expect(tensors.map(({ largestError }) => largestError).every((error) => error === 0)).toBe(true);
  expect([missing, unexpected]).toEqual([[], []]);
  const written = await openCheckpoint(to);
  const arrays = new Map<string, Awaited<ReturnType<typeof written.get>>>();
  for (const name of written.names) arrays.set(name, await written.get(name));
  await written.close();
  expect(loadParameters(config, arrays).size).toBe(parameters.size);
});

test("double precision is rounded, and what does not fit is named", async () => {
  const [from, to] = [join(folder, "double.safetensors"), join(folder, "single.safetensors")];
  await writeSafetensors(from, {
    "head.bias": { dtype: "float64", shape: [2], data: Float64Array.of(0.1, 1) },
    mask_token: { dtype: "float32", shape: [1], data: Float32Array.of(1) },
  });
  const { tensors, missing, unexpected } = await convertWeights(from, to, config);
  const { largestError } = tensors.find(({ name }) => name === "head.bias")!;
  expect(largestError).toBe(Math.abs(Math.fround(0.1) - 0.1));
  expect(missing).toContain("head.bias [3], there it is [2]");
  expect(missing).toContain("cls_token [1, 1, 16]");
  expect(unexpected).toEqual(["mask_token"]);
});
