import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openCheckpoint, WeightFormatError } from "./index.js";

const fixtures = new URL("../fixtures/", import.meta.url).pathname;
const shared = join(
  process.env.CXRKIT_DATA ?? new URL("../../../../shared/data/", import.meta.url).pathname,
  "checkpoints",
);
const temporary = await mkdtemp(join(tmpdir(), "weights-"));

/** Writes a file with that header text, padded to nothing, and so many bytes of data. */
async function fileWith(header: string, dataLength: number): Promise<string> {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  const path = join(temporary, `${Math.abs(hash(header))}-${dataLength}.safetensors`);
  await writeFile(path, bytes);
  return path;
}

const hash = (text: string) =>
  [...text].reduce((value, char) => (Math.imul(value, 31) + char.charCodeAt(0)) | 0, 7);
const tensor = (begin: number, end: number, shape = [(end - begin) / 4], dtype = "F32") =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

test("openCheckpoint reads every element type as the reference implementation wrote it", async () => {
  const { expected } = JSON.parse(readFileSync(join(fixtures, "safetensors/every_dtype.json"), "utf8")) as {
    expected: Record<string, { dtype: string; shape: number[]; values: number[] }>;
  };
  const checkpoint = await openCheckpoint(join(fixtures, "safetensors/every_dtype.safetensors"));
  expect([...checkpoint.names].sort()).toEqual(Object.keys(expected).sort());
  expect(checkpoint.metadata).toEqual({ format: "np" });
  for (const [name, { dtype, shape, values }] of Object.entries(expected)) {
    const array = await checkpoint.get(name);
    expect(array.dtype).toBe(dtype);
    expect(array.shape).toEqual(shape);
    if (dtype !== "float16") expect(Array.from(array.data as Float64Array, Number)).toEqual(values);
  }
  await checkpoint.close();
});

const malformed = JSON.parse(readFileSync(join(fixtures, "malformed/expected.json"), "utf8")) as Record<
  string,
  { expect: "load" | "error"; why: string }
>;

test.each(Object.entries(malformed))("openCheckpoint on %s: $expect", async (name, { expect: outcome }) => {
  const opening = openCheckpoint(join(fixtures, "malformed", name));
  if (outcome === "load") {
    const checkpoint = await opening;
    expect((await checkpoint.get("a")).shape).toEqual([2, 2]);
    await checkpoint.close();
  } else {
    await expect(opening).rejects.toBeInstanceOf(WeightFormatError);
    await expect(opening).rejects.toThrow(name);
  }
});

test.each<[rule: string, header: string, dataLength: number, code: string, message: string]>([
  ["an unknown dtype", `{"a":${tensor(0, 4, [1], "F12")}}`, 4, "dtype", 'tensor "a" of'],
  [
    "a negative size",
    `{"a":${tensor(0, 4, [-1])}}`,
    4,
    "shape",
    "must have a shape of integers of at least 0, got [-1]",
  ],
  ["a fractional size", `{"a":${tensor(0, 4, [0.5])}}`, 4, "shape", "must have a shape of integers"],
  [
    "a size that overflows before a factor 0",
    `{"a":${tensor(0, 0, [2 ** 40, 2 ** 40, 0])}}`,
    0,
    "shape",
    "must have a size that is a safe integer",
  ],
  [
    "offsets in the wrong order",
    `{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`,
    4,
    "offset",
    "must have 4 bytes for its shape and dtype, got -4",
  ],
  [
    "three offsets",
    `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`,
    4,
    "offset",
    "must have two data_offsets",
  ],
  ["a missing shape", `{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4, "shape", "got nothing"],
  [
    "a key that the format does not know",
    `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`,
    4,
    "header",
    'only, got "x"',
  ],
  [
    "an entry that is no object",
    `{"a":[1]}`,
    0,
    "header",
    "must be an object with dtype, shape and data_offsets, got [1]",
  ],
  [
    "metadata that are no strings",
    `{"__metadata__":{"epoch":3}}`,
    0,
    "header",
    'must have only strings in __metadata__, got {"epoch":3}',
  ],
  [
    "a key twice inside an entry",
    `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"dtype":"I32"}}`,
    4,
    "header",
    '"dtype" twice',
  ],
  ["a key twice, once escaped", `{"a":${tensor(0, 4)},"\\u0061":${tensor(4, 8)}}`, 8, "header", '"a" twice'],
  ["a header that begins with a space", ` {"a":${tensor(0, 4)}}`, 4, "header", 'must begin with "{"'],
  [
    "two tensors in the same bytes",
    `{"a":${tensor(0, 4)},"b":${tensor(0, 4)}}`,
    4,
    "offset",
    "must begin where the one before ends, at byte 4, got 0",
  ],
])("openCheckpoint refuses %s", async (_, header, dataLength, code, message) => {
  const opening = openCheckpoint(await fileWith(header, dataLength));
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toMatchObject({ name: "WeightFormatError", code });
});

test("openCheckpoint takes empty tensors, scalars, spaces after the header and a key that repeats in another object", async () => {
  const header = `{"shape":${tensor(0, 4, [])},"b":${tensor(4, 4, [0, 7])}, "__metadata__":{"shape":"\\"a\\":"}}   `;
  const checkpoint = await openCheckpoint(await fileWith(header, 4));
  expect(checkpoint.names).toEqual(["shape", "b"]);
  expect((await checkpoint.get("b")).data).toHaveLength(0);
  expect((await checkpoint.get("shape")).shape).toEqual([]);
  await checkpoint.close();
});

test("openCheckpoint says what a file of another format is", async () => {
  const path = join(temporary, "model.pth");
  await writeFile(path, Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0));
  await expect(openCheckpoint(path)).rejects.toThrow(
    "must be a safetensors file, got a zip archive (PyTorch or NumPy); save it with safetensors first, this version reads no other format",
  );
});

test("get lists what there is when the name is unknown, and refuses after close", async () => {
  const checkpoint = await openCheckpoint(join(fixtures, "malformed/st_valid_control.safetensors"));
  await expect(checkpoint.get("c")).rejects.toThrow(/got "c"; the file has 2 tensors: /);
  await expect(checkpoint.get("c")).rejects.toMatchObject({ code: "missing", tensor: "c" });
  await checkpoint.close();
  await checkpoint.close();
  await expect(checkpoint.get("a")).rejects.toThrow("must be open, got a closed one");
});

const samples = join(shared, "safetensors_samples");
test.skipIf(!existsSync(samples))(
  "openCheckpoint reads the sample files (skipped without the shared data)",
  async () => {
    const expected = JSON.parse(readFileSync(join(samples, "expected.json"), "utf8")) as Record<
      string,
      { tensors: Record<string, { shape: number[]; hex: string }>; metadata: Record<string, string> }
    >;
    const files = readdirSync(samples).filter((name) => name.endsWith(".safetensors"));
    expect(files.length).toBeGreaterThan(3);
    for (const name of files) {
      const checkpoint = await openCheckpoint(join(samples, name));
      const { tensors, metadata } = expected[name] as (typeof expected)[string];
      expect(checkpoint.metadata).toEqual(metadata ?? {});
      for (const [key, { shape, hex }] of Object.entries(tensors)) {
        const { data, shape: actual } = await checkpoint.get(key);
        expect(actual).toEqual(shape);
        expect(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex")).toBe(hex);
      }
      await checkpoint.close();
    }
  },
);
