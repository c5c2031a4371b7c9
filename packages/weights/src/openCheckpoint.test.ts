import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { zipOf } from "../test/handmade.js";
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

const controls: Record<string, object[]> = {
  "st_valid_control.safetensors": [{ shape: [2, 2] }, { dtype: "int64", shape: [1] }],
  "npy_version2_valid.npy": [{ shape: [2, 3], data: Float32Array.of(0, 2, 4, 1, 3, 5) }],
  "pth_tensor_overlapping_stride0.pth": [{ shape: [2, 3], data: Float32Array.of(1, 2, 3, 1, 2, 3) }],
  "pth_tensor_valid_control.pth": [{ shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) }],
};
const malformed = JSON.parse(readFileSync(join(fixtures, "malformed/expected.json"), "utf8")) as Record<
  string,
  { expect: "load" | "error"; why: string }
>;

test.each(Object.entries(malformed).map(([name, { expect: outcome, why }]) => [name, outcome, why] as const))(
  "openCheckpoint on %s: %s, %s",
  async (name, outcome) => {
    const readAll = async () => {
      const checkpoint = await openCheckpoint(join(fixtures, "malformed", name));
      try {
        return await Promise.all(checkpoint.names.map((key) => checkpoint.get(key)));
      } finally {
        await checkpoint.close();
      }
    };
    if (outcome === "load") {
      expect(await readAll()).toMatchObject(controls[name] as object[]);
    } else {
      const reading = readAll();
      await expect(reading).rejects.toBeInstanceOf(WeightFormatError);
      await expect(reading).rejects.toThrow(name);
    }
  },
);

test("a pickle that would run a program is refused, and the word that it would print is nowhere", async () => {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((text) => written.push(String(text)) > 0),
  );
  try {
    for (const name of ["pth_global_print.pth", "pth_global_system.pth"]) {
      const failure = await openCheckpoint(join(fixtures, "malformed", name)).catch(
        (cause: unknown) => cause,
      );
      expect(failure).toMatchObject({ code: "pickle" });
      written.push(String(failure));
    }
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  expect(written.join("")).not.toContain("EXECUTED");
  expect(written.join("")).toMatch(/got __builtin__\.print .* got posix\.system /s);
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

test.each<[what: string, bytes: Uint8Array, message: string]>([
  [
    "a tar archive",
    Buffer.concat([Buffer.alloc(257, 1), Buffer.from("ustar"), Buffer.alloc(250)]),
    "tar archive",
  ],
  ["an HDF5 file", Buffer.from("\x89HDF\r\n\x1a\n", "latin1"), "got a HDF5 file"],
  ["a GGUF file", Buffer.from("GGUF\x03\0\0\0\0", "latin1"), "got a GGUF file"],
  ["a gzip file", Buffer.from([0x1f, 0x8b, 8, 0, 0]), "got a gzip file; unpack it first"],
  [
    "a pointer of Git LFS",
    Buffer.from("version https://git-lfs.github.com/spec/v1\n"),
    "fetch the file itself",
  ],
  ["a web page", Buffer.from("<!DOCTYPE html><html>"), "the download went wrong"],
  [
    "an archive of other things",
    zipOf([{ name: "model.json", content: Buffer.from("{}") }]),
    "got model.json",
  ],
  ["a plain pickle", Buffer.from("\x80\x02}q\0.", "latin1"), "a plain pickle is no checkpoint"],
])("openCheckpoint says of %s what it is", async (what, bytes, message) => {
  const path = join(temporary, what);
  await writeFile(path, bytes);
  await expect(openCheckpoint(path)).rejects.toThrow(message);
  await expect(openCheckpoint(path)).rejects.toMatchObject({ name: "WeightFormatError" });
});

test("openCheckpoint refuses a folder, and leaves a missing file to the system", async () => {
  await expect(openCheckpoint(temporary)).rejects.toThrow("must be a file, got a folder or device");
  await expect(openCheckpoint(join(temporary, "absent"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a header whose length is another format's signature is read as what it is", async () => {
  // 0x0280 bytes: the file begins with 80 02, as a pickle does.
  const padded = `{"a":${tensor(0, 4)}}`.padEnd(0x0280, " ");
  const checkpoint = await openCheckpoint(await fileWith(padded, 4));
  expect(checkpoint.format).toBe("safetensors");
  await checkpoint.close();
});

test.each(["F8_E4M3", "F8_E5M2", "F8_E8M0", "F4", "C64"])(
  "openCheckpoint refuses %s, which has no meaning for these models",
  async (dtype) => {
    const opening = openCheckpoint(await fileWith(`{"a":${tensor(0, 4, [4], dtype)}}`, 4));
    await expect(opening).rejects.toThrow(`BOOL, got "${dtype}"`);
    await expect(opening).rejects.toMatchObject({ code: "dtype", tensor: "a" });
  },
);

test.each<[rule: string, header: string, code: string, message: string]>([
  ["a header that is no object", "[1]", "header", 'must begin with "{"'],
  ["metadata that are no object", '{"__metadata__":[]}', "header", "must have only strings in __metadata__"],
  ["a shape that is no list", '{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}', "shape", "got 1"],
  ["a missing dtype", '{"a":{"shape":[1],"data_offsets":[0,4]}}', "dtype", "got nothing"],
  ["missing offsets", '{"a":{"dtype":"F32","shape":[1]}}', "offset", "got nothing"],
  [
    "fractional offsets",
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0.5,4.5]}}',
    "offset",
    "integers of at least 0",
  ],
  [
    "negative offsets",
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}',
    "offset",
    "integers of at least 0",
  ],
  [
    "offsets that are not exact numbers",
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[9007199254740993,9007199254740997]}}',
    "offset",
    "integers of at least 0",
  ],
  [
    "text behind the header's object",
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} x',
    "header",
    "must be valid JSON",
  ],
])("openCheckpoint refuses %s", async (_, header, code, message) => {
  const opening = openCheckpoint(await fileWith(header, 4));
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toMatchObject({ name: "WeightFormatError", code });
});

test("openCheckpoint refuses a header beyond its budget before it reads it", async () => {
  const path = join(fixtures, "safetensors/every_dtype.safetensors");
  await expect(openCheckpoint(path, { budgets: { headerBytes: 100 } })).rejects.toThrow(
    "must be at most 100 and fit",
  );
});

test("names such as __proto__ are names, and info says what a tensor is without reading it", async () => {
  const header = `{"__proto__":${tensor(0, 4)},"constructor":${tensor(4, 8, [])}}`;
  const checkpoint = await openCheckpoint(await fileWith(header, 8));
  expect(checkpoint.names).toEqual(["__proto__", "constructor"]);
  expect(checkpoint.info("__proto__")).toEqual({ dtype: "float32", shape: [1] });
  expect(checkpoint.info("constructor")).toEqual({ dtype: "float32", shape: [] });
  expect(() => checkpoint.info("toString")).toThrow(
    'got "toString"; the file has 2 tensors: __proto__, constructor',
  );
  await checkpoint.close();
});

test("a file that shrinks after it was opened gives an error, no zeros", async () => {
  const path = await fileWith(`{"shrinks":${tensor(0, 4000)}}`, 4000);
  const checkpoint = await openCheckpoint(path);
  await truncate(path, 2000);
  await expect(checkpoint.get("shrinks")).rejects.toMatchObject({ code: "offset" });
  await checkpoint.close();
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
