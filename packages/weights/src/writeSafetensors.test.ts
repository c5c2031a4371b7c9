import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryTensors, readTensors, sameTensors } from "../test/arbitraryTensors.js";
import { type NamedArray, openCheckpoint, toFloat32, writeSafetensors } from "./index.js";

const reference = new URL("../fixtures/safetensors/every_dtype.safetensors", import.meta.url).pathname;
const temporary = await mkdtemp(join(tmpdir(), "weights-"));

test("writeSafetensors writes the bytes of the reference implementation", async () => {
  const path = join(temporary, "again.safetensors");
  await writeSafetensors(path, await readTensors(reference), { format: "np" });
  expect(readFileSync(path).equals(readFileSync(reference))).toBe(true);
});

test("what writeSafetensors wrote, openCheckpoint reads bit by bit, for every element type, shape and name", async () => {
  const metadata = fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    fc.string(),
  );
  let round = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryTensors, metadata, async (tensors, strings) => {
      const path = join(temporary, `round-${round++}.safetensors`);
      await writeSafetensors(path, tensors, strings);
      const checkpoint = await openCheckpoint(path);
      expect({ ...checkpoint.metadata }).toEqual({ ...strings });
      await checkpoint.close();
      const read = await readTensors(path);
      expect([...read.keys()].sort()).toEqual([...tensors.keys()].sort());
      sameTensors(read, tensors);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test.each<[string, Record<string, NamedArray>, string]>([
  [
    "data that are too short",
    { a: { dtype: "float32", shape: [3], data: new Float32Array(2) } },
    '"a" must have as many elements as its shape [3], got 2',
  ],
  [
    "data of another class",
    { a: { dtype: "float32", shape: [2], data: new Float64Array(2) } },
    'data of "a" must be a Float32Array for dtype float32, got Float64Array',
  ],
  [
    "an unknown dtype",
    { a: { dtype: "float8" as "float32", shape: [2], data: new Float32Array(2) } },
    'dtype of "a" must be one of uint64',
  ],
  [
    "the name of the metadata",
    { __metadata__: { dtype: "float32", shape: [], data: new Float32Array(1) } },
    'got "__metadata__"',
  ],
])("writeSafetensors refuses %s and writes nothing", async (title, tensors, message) => {
  const path = join(temporary, `${title}.safetensors`);
  await expect(writeSafetensors(path, tensors)).rejects.toThrow(message);
  expect(readdirSync(temporary).filter((name) => name.startsWith(title))).toEqual([]);
});

test("writeSafetensors refuses metadata that are no strings", async () => {
  const metadata = { epoch: 3 } as unknown as Record<string, string>;
  await expect(writeSafetensors(join(temporary, "m.safetensors"), {}, metadata)).rejects.toThrow(
    'writeSafetensors: metadata "epoch" must be a string, got number',
  );
});

test("writeSafetensors gives the same bytes from a checkpoint as from its tensors", async () => {
  const checkpoint = await openCheckpoint(reference);
  const path = join(temporary, "streamed.safetensors");
  await writeSafetensors(path, checkpoint, checkpoint.metadata);
  await checkpoint.close();
  expect(readFileSync(path).equals(readFileSync(reference))).toBe(true);
});

test("writeSafetensors takes a record whose tensors are called names, info and get", async () => {
  const one: NamedArray = { dtype: "float32", shape: [1], data: Float32Array.of(1) };
  const path = join(temporary, "called.safetensors");
  await writeSafetensors(path, { names: one, info: one, get: one });
  expect([...(await readTensors(path)).keys()]).toEqual(["get", "info", "names"]);
});

test("a write that fails leaves what was there and no temporary", async () => {
  const path = join(temporary, "kept");
  await mkdir(path);
  await writeFile(join(path, "older"), "content");
  const tensors: Record<string, NamedArray> = {
    a: { dtype: "float32", shape: [1], data: new Float32Array(1) },
  };
  await expect(writeSafetensors(path, tensors)).rejects.toThrow();
  expect(await readFile(join(path, "older"), "utf8")).toBe("content");
  expect(readdirSync(temporary).filter((name) => name.startsWith("kept"))).toEqual(["kept"]);
});

test("writeSafetensors into a folder that is not there is the system's error", async () => {
  await expect(writeSafetensors(join(temporary, "absent/a.safetensors"), {})).rejects.toMatchObject({
    code: "ENOENT",
  });
});

test("toFloat32 widens half precisions exactly and rounds doubles", async () => {
  const arrays = await readTensors(reference);
  expect(toFloat32(arrays.get("x.float16") as NamedArray)).toBeAllclose(
    [0, 1, 2, 3, 5, 8].map((x) => x / 3),
    { rtol: 2 ** -11 },
  );
  expect([
    ...toFloat32({
      dtype: "float16",
      shape: [6],
      data: Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00, 0x3555),
    }),
  ]).toEqual([1, -2, 2 ** -24, 65504, Number.NEGATIVE_INFINITY, 0.333251953125]);
  expect(toFloat32({ dtype: "float16", shape: [1], data: Uint16Array.of(0x7e00) })[0]).toBeNaN();
  expect([...toFloat32({ dtype: "bfloat16", shape: [2], data: Uint16Array.of(0x3f80, 0xc2f7) })]).toEqual([
    1, -123.5,
  ]);
  expect([...toFloat32({ dtype: "float64", shape: [1], data: Float64Array.of(0.1) })]).toEqual([
    Math.fround(0.1),
  ]);
  expect(() => toFloat32({ dtype: "int32", shape: [1], data: Int32Array.of(1) })).toThrow(
    "toFloat32: dtype must be float64, float32, float16 or bfloat16, got int32",
  );
});
