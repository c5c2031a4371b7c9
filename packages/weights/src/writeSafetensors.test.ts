import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type NamedArray, openCheckpoint, toFloat32, type WeightDType, writeSafetensors } from "./index.js";

const reference = new URL("../fixtures/safetensors/every_dtype.safetensors", import.meta.url).pathname;
const temporary = await mkdtemp(join(tmpdir(), "weights-"));

const kinds: Record<WeightDType, (bytes: ArrayBuffer) => NamedArray["data"]> = {
  float64: (bytes) => new Float64Array(bytes),
  float32: (bytes) => new Float32Array(bytes),
  float16: (bytes) => new Uint16Array(bytes),
  bfloat16: (bytes) => new Uint16Array(bytes),
  int64: (bytes) => new BigInt64Array(bytes),
  int32: (bytes) => new Int32Array(bytes),
  int16: (bytes) => new Int16Array(bytes),
  int8: (bytes) => new Int8Array(bytes),
  uint64: (bytes) => new BigUint64Array(bytes),
  uint32: (bytes) => new Uint32Array(bytes),
  uint16: (bytes) => new Uint16Array(bytes),
  uint8: (bytes) => new Uint8Array(bytes),
  bool: (bytes) => new Uint8Array(bytes),
};

async function readAll(path: string): Promise<Map<string, NamedArray>> {
  const checkpoint = await openCheckpoint(path);
  const arrays = new Map<string, NamedArray>();
  for (const name of checkpoint.names) arrays.set(name, await checkpoint.get(name));
  await checkpoint.close();
  return arrays;
}

test("writeSafetensors writes the bytes of the reference implementation", async () => {
  const path = join(temporary, "again.safetensors");
  await writeSafetensors(path, await readAll(reference), { format: "np" });
  expect(readFileSync(path).equals(readFileSync(reference))).toBe(true);
});

test("what writeSafetensors wrote, openCheckpoint reads bit by bit, for every element type, shape and name", async () => {
  const array = fc
    .tuple(fc.constantFrom(...(Object.keys(kinds) as WeightDType[])), fc.array(fc.nat(4), { maxLength: 4 }))
    .chain(([dtype, shape]) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const bytes = length * kinds[dtype](new ArrayBuffer(8)).BYTES_PER_ELEMENT;
      return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(
        (content): NamedArray => ({
          dtype,
          shape,
          data: kinds[dtype](content.slice().buffer as ArrayBuffer),
        }),
      );
    });
  const name = fc
    .string({ unit: "binary" })
    .filter((text) => text !== "__metadata__" && !/\p{Surrogate}/u.test(text));
  const metadata = fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    fc.string(),
  );
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, array), { maxLength: 5 }),
      metadata,
      async (entries, strings) => {
        const path = join(temporary, `round-${round++}.safetensors`);
        const tensors = new Map(entries);
        await writeSafetensors(path, tensors, strings);
        const checkpoint = await openCheckpoint(path);
        expect({ ...checkpoint.metadata }).toEqual({ ...strings });
        await checkpoint.close();
        const read = await readAll(path);
        expect([...read.keys()].sort()).toEqual([...tensors.keys()].sort());
        for (const [key, { dtype, shape, data }] of tensors) {
          expect(read.get(key)).toMatchObject({ dtype, shape });
          const bits = (x: NamedArray["data"]) => Buffer.from(x.buffer, x.byteOffset, x.byteLength);
          expect(bits((read.get(key) as NamedArray).data).equals(bits(data))).toBe(true);
        }
      },
    ),
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
  const arrays = await readAll(reference);
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
