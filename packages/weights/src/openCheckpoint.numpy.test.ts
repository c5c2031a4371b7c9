import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixtures, hexOf, temporaryFiles } from "../test/files.js";
import { zipOf } from "../test/handmade.js";
import { openCheckpoint } from "./index.js";

const numpy = join(fixtures, "numpy");
const { expected, unreadable } = JSON.parse(readFileSync(join(numpy, "expected.json"), "utf8")) as {
  expected: Record<string, { dtype: string; shape: number[]; hex: string }>;
  unreadable: Record<string, string>;
};
const files = temporaryFiles();

test.each(["stored.npz", "deflated.npz"])(
  "openCheckpoint reads %s as NumPy does, bit by bit",
  async (name) => {
    const checkpoint = await openCheckpoint(join(numpy, name));
    expect(checkpoint.format).toBe("npz");
    expect(checkpoint.names).toEqual(Object.keys(expected));
    for (const [key, { dtype, shape, hex }] of Object.entries(expected)) {
      const array = await checkpoint.get(key);
      expect({ key, dtype: array.dtype, shape: array.shape, hex: hexOf(array) }).toEqual({
        key,
        dtype,
        shape,
        hex,
      });
      expect(checkpoint.info(key)).toEqual({ dtype, shape });
    }
    for (const key of Object.keys(unreadable)) {
      await expect(checkpoint.get(key)).rejects.toMatchObject({ code: "dtype", tensor: key });
      expect(checkpoint.metadata["cxrkit.unreadable"]).toContain(`${key} (`);
    }
    await expect(checkpoint.get("objects")).rejects.toThrow(
      "got Python objects (|O), which only a pickle could restore",
    );
    await checkpoint.close();
  },
);

test("openCheckpoint reads an array of a third of a million zeros from a kilobyte", async () => {
  const checkpoint = await openCheckpoint(join(numpy, "zeros_deflated.npz"));
  const { data, shape } = await checkpoint.get("zeros");
  expect(shape).toEqual([300, 1000]);
  expect(data.every((value) => value === 0)).toBe(true);
  await checkpoint.close();
});

test.each([1, 2, 3])(
  "openCheckpoint reads a .npy of version %i under the name of its file",
  async (version) => {
    const checkpoint = await openCheckpoint(join(numpy, `version${version}.npy`));
    expect(checkpoint.format).toBe("npy");
    expect(checkpoint.names).toEqual([`version${version}`]);
    expect(hexOf(await checkpoint.get(`version${version}`))).toBe(expected.fortran?.hex);
    await checkpoint.close();
  },
);

/** An array with that header text and so many bytes behind it. */
const npy = (header: string, dataLength: number, version = 1) => {
  const text = Buffer.from(header);
  const prefix = Buffer.from([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    version,
    0,
    text.length & 255,
    text.length >> 8,
  ]);
  return Buffer.concat([
    prefix,
    version === 1 ? Buffer.alloc(0) : Buffer.alloc(2),
    text,
    Buffer.alloc(dataLength),
  ]);
};
const fields = (descr: string, shape: string, fortran = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

test.each<[string, Uint8Array, string, string]>([
  [
    "another version",
    npy(fields("'<f4'", "(1,)"), 4, 4),
    "header",
    "must begin with NumPy's mark and version 1.0, 2.0 or 3.0, got version 4.0",
  ],
  ["no dict", npy("[1]", 0), "header", "must have a header with descr, fortran_order and shape"],
  [
    "an expression",
    npy("__import__('os').system('echo EXECUTED')", 0),
    "header",
    "must have a header with descr",
  ],
  ["a call for a shape", npy(fields("'<f4'", "tuple([1])"), 4), "header", "must have a header with descr"],
  [
    "an unknown key",
    npy("{'descr': '<f4', 'order': False, 'shape': (1,)}", 4),
    "header",
    "must have a header with descr",
  ],
  [
    "a key twice",
    npy("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", 4),
    "header",
    "must have a header",
  ],
  ["a missing key", npy("{'descr': '<f4', 'shape': (1,)}", 4), "header", "must have a header"],
  ["a negative size", npy(fields("'<f4'", "(-1,)"), 4), "header", "must have a header"],
  [
    "a size that overflows",
    npy(fields("'<f4'", "(9007199254740993, 9007199254740993, 0)"), 0),
    "header",
    "must have a size that is a safe integer",
  ],
  [
    "fewer bytes than its shape",
    npy(fields("'<f4'", "(2, 3)"), 20),
    "offset",
    "must have 24 bytes for its shape [2, 3], got 20",
  ],
  ["more bytes than its shape", npy(fields("'<f4'", "(2, 3)"), 28), "offset", "got 28"],
  ["complex numbers", npy(fields("'<c8'", "(1,)"), 8), "dtype", "got <c8"],
  ["objects", npy(fields("'|O'", "(1,)"), 8), "dtype", "got Python objects (|O)"],
  ["a record", npy(fields("[('x', '<f4')]", "(1,)"), 4), "dtype", "got a structured dtype"],
  ["an unknown dtype", npy(fields("'<f16'", "(1,)"), 16), "dtype", "got <f16"],
  [
    "what every object of JavaScript has",
    npy(fields("'constructor'", "(1,)"), 4),
    "dtype",
    "got constructor",
  ],
  ["nothing after its mark", Buffer.from("\x93NUMPY", "latin1"), "header", "must begin with NumPy's mark"],
])("openCheckpoint refuses a .npy with %s", async (title, bytes, code, message) => {
  const opening = openCheckpoint(await files.write(`${title}.npy`, bytes));
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toMatchObject({ name: "WeightFormatError", code });
});

test("openCheckpoint refuses a header beyond its bound and one that is cut off", async () => {
  const long = npy(fields("'<f4'", "(1,)").padEnd(65_530), 4);
  await expect(openCheckpoint(await files.write("long.npy", long))).rejects.toThrow(
    "must have a header of at most 65536 bytes",
  );
  const cut = npy(fields("'<f4'", "(1,)"), 0).subarray(0, 30);
  await expect(openCheckpoint(await files.write("cut.npy", cut))).rejects.toMatchObject({ code: "header" });
});

test("openCheckpoint takes the long integers of Python 2, spaces, any order of the keys, and a long header", async () => {
  const header = "{'shape': ( 2L , 1 ), 'fortran_order': True , 'descr':'>i2'}".padEnd(2000);
  const path = await files.write("python2.npy", npy(header, 4));
  const checkpoint = await openCheckpoint(path);
  expect(checkpoint.info("python2")).toEqual({ dtype: "int16", shape: [2, 1] });
  await checkpoint.close();
  const archive = await files.write(
    "long.npz",
    zipOf([{ name: "a.npy", content: npy(header, 4), deflate: true }]),
  );
  const second = await openCheckpoint(archive);
  expect([...(await second.get("a")).data]).toEqual([0, 0]);
  await second.close();
});

test("openCheckpoint refuses an archive with an array that is damaged or none", async () => {
  const array = npy(fields("'<f4'", "(1,)"), 4);
  const damaged = await files.write(
    "damaged.npz",
    zipOf([{ name: "a.npy", content: array, lie: { crc32: 7 } }]),
  );
  const checkpoint = await openCheckpoint(damaged);
  await expect(checkpoint.get("a")).rejects.toThrow('must hold "a.npy" with the checksum 00000007');
  await checkpoint.close();
  const none = await files.write(
    "none.npz",
    zipOf([{ name: "a.npy", content: Buffer.from("no array at all") }]),
  );
  await expect(openCheckpoint(none)).rejects.toThrow('array "a.npy" of');
  const objects = await files.write(
    "objects.npz",
    zipOf([{ name: "a.npy", content: npy(fields("'|O'", "(1,)"), 8) }]),
  );
  await expect(openCheckpoint(objects)).rejects.toMatchObject({ code: "dtype", tensor: "a" });
  const empty = await openCheckpoint(await files.write("empty.npz", zipOf([])));
  expect(empty.names).toEqual([]);
  await empty.close();
});
