import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fixtures, temporaryFiles } from "../test/files.js";
import { checkpointOf, openCheckpoint, readTensors, readTimm, toTimm, writeTorch } from "./index.js";

const { folder } = temporaryFiles();
afterAll(() => rm(folder, { recursive: true }));

const dinov2 = join(fixtures, "timm/dinov2.safetensors");

async function inSteps(path: string) {
  const checkpoint = await openCheckpoint(path);
  try {
    return await readTensors(toTimm(checkpoint));
  } finally {
    await checkpoint.close();
  }
}

test("readTimm gives what opening, renaming and reading give, and closes the file", async () => {
  expect([...(await readTimm(dinov2))]).toEqual([...(await inSteps(dinov2))]);
});

test("readTimm takes off what wrappers put before all names, unless a prefix is given", async () => {
  const plain = await inSteps(dinov2);
  const path = join(folder, "wrapped.pth");
  const wrapped = new Map([...plain].map(([name, array]) => [`module.backbone.${name}`, array]));
  await writeTorch(path, checkpointOf(wrapped));
  expect([...(await readTimm(path))]).toEqual([...plain]);
  expect([...(await readTimm(path, { prefix: "module.backbone." }))]).toEqual([...plain]);
});

test("readTimm widens to float32 and lets pass what is excepted, if it is told so", async () => {
  const plain = await inSteps(join(fixtures, "timm/timm_plain.safetensors"));
  const path = join(folder, "half.pth");
  const halves = new Map(
    [...plain].map(([name, { shape, data }]) => [
      name,
      { dtype: "float16", shape, data: new Uint16Array(data.length).fill(0x3c00) } as const,
    ]),
  );
  halves.set("quantiser.scale", { dtype: "float16", shape: [1], data: Uint16Array.of(0) });
  await writeTorch(path, checkpointOf(halves));
  await expect(readTimm(path)).rejects.toThrow("quantiser.scale");
  const read = await readTimm(path, { dtype: "float32", except: ["quantiser.*"] });
  expect([...read.keys()]).toEqual([...plain.keys()]);
  expect(read.get("norm.bias")).toEqual({
    dtype: "float32",
    shape: [8],
    data: new Float32Array(8).fill(1),
  });
});
