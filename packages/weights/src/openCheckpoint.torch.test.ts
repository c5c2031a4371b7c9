import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixtures, hexOf, shared, temporaryFiles } from "../test/files.js";
import { op, pickleOf, stateDictOf, tensorOperations, torchZipOf } from "../test/handmade.js";
import { openCheckpoint } from "./index.js";

interface Described {
  readonly dtype: string;
  readonly shape: number[];
  readonly hex: string;
}

const torch = join(fixtures, "torch");
const { expected } = JSON.parse(readFileSync(join(torch, "expected.json"), "utf8")) as {
  expected: Record<string, { tensors: Record<string, Described> }>;
};
const files = temporaryFiles();

test.each(Object.entries(expected))(
  "openCheckpoint reads %s as PyTorch does, bit by bit",
  async (name, { tensors }) => {
    const options = name === "without_checksums.pth" ? { verifyChecksums: false } : {};
    if (name === "two_models.pth") return; // its two models are the subject of a test of their own
    const checkpoint = await openCheckpoint(join(torch, name), options);
    expect(checkpoint.format).toBe(name.includes("legacy") ? "torch-legacy" : "torch-zip");
    expect([...checkpoint.names]).toEqual(Object.keys(tensors));
    for (const [key, { dtype, shape, hex }] of Object.entries(tensors)) {
      const array = await checkpoint.get(key);
      expect({ key, dtype: array.dtype, shape: array.shape }).toEqual({ key, dtype, shape });
      expect(checkpoint.info(key)).toEqual({ dtype, shape });
      expect(hexOf(array)).toBe(hex);
    }
    await checkpoint.close();
  },
);

test("openCheckpoint gives every tensor memory of its own, also where storages are shared", async () => {
  const checkpoint = await openCheckpoint(join(torch, "tied.pth"));
  const [first, second] = [await checkpoint.get("embedding"), await checkpoint.get("head")];
  first.data[0] = 9;
  expect([...second.data]).toEqual([1, 1, 1, 1]);
  await checkpoint.close();
});

test("openCheckpoint finds the one state dict in a training checkpoint and says what else there was", async () => {
  for (const name of ["nested.pth", "nested_legacy.pth", "nested_protocol5.pth"]) {
    const checkpoint = await openCheckpoint(join(torch, name));
    expect(checkpoint.metadata).toMatchObject({
      "cxrkit.root": "model",
      "cxrkit.ignored": "optimizer, labels",
      epoch: "7",
      "args.arch": "vit_tiny",
      "args.lr": "0.001",
      "args.betas.1": "0.95",
      "args.resume": "null",
      "args.nested.deep": "true",
      big: String(2n ** 70n),
    });
    expect(Object.getOwnPropertyDescriptor(checkpoint.metadata, "__proto__")?.value).toBe("a string");
    expect(checkpoint.names).toContain("1.num_batches_tracked");
    await checkpoint.close();
  }
});

test("openCheckpoint lists the candidates where there are several, and takes the one that root names", async () => {
  const path = join(torch, "two_models.pth");
  await expect(openCheckpoint(path)).rejects.toThrow(
    /must hold one dict of tensors, or root must say which, got "student" \(2 tensors\), "teacher" \(2 tensors\)$/,
  );
  await expect(openCheckpoint(path)).rejects.toMatchObject({ code: "missing" });
  const teacher = await openCheckpoint(path, { root: "teacher" });
  expect(teacher.names).toEqual(["backbone.w", "head.w"]);
  expect(teacher.metadata).toEqual({ "cxrkit.root": "teacher", "cxrkit.ignored": "student" });
  await teacher.close();
  const top = await openCheckpoint(path, { root: "" });
  expect(top.names).toEqual(["student.backbone.w", "student.head.w", "teacher.backbone.w", "teacher.head.w"]);
  await top.close();
  await expect(openCheckpoint(path, { root: "model" })).rejects.toThrow(
    'must hold a dict of tensors below its root "model", got nothing; tensors are in "student" (2 tensors), "teacher"',
  );
});

test("root follows keys that have dots themselves, and indices of lists", async () => {
  const group = [op.emptyDict, op.text("w"), tensorOperations(), op.setItem];
  const dotted = pickleOf(
    op.emptyDict,
    op.text("model.ema"),
    op.emptyDict,
    op.text("net"),
    ...group,
    op.setItem,
    op.setItem,
  );
  const checkpoint = await openCheckpoint(await files.write("dotted.pth", torchZipOf(dotted)), {
    root: "model.ema.net",
  });
  expect(checkpoint.names).toEqual(["w"]);
  await checkpoint.close();
  const list = pickleOf(
    op.emptyDict,
    op.text("models"),
    op.emptyList,
    op.none,
    op.append,
    ...group,
    op.append,
    op.setItem,
  );
  const second = await openCheckpoint(await files.write("list.pth", torchZipOf(list)), { root: "models.1" });
  expect(second.names).toEqual(["w"]);
  await second.close();
  await expect(openCheckpoint(join(torch, "../numpy/stored.npz"), { root: "a" })).rejects.toThrow(
    'openCheckpoint: root must be given for PyTorch checkpoints only, got "a"',
  );
});

test("stripPrefix takes off what all names share, or what it says, and leaves names alone without it", async () => {
  const path = join(torch, "wrapped.pth");
  const asItIs = await openCheckpoint(path);
  expect(asItIs.names).toContain("module.backbone.0.weight");
  await asItIs.close();
  const automatic = await openCheckpoint(path, { stripPrefix: "auto" });
  expect(automatic.names).toContain("0.weight");
  expect(automatic.metadata).toEqual({
    "cxrkit.root": "state_dict",
    "cxrkit.strippedPrefix": "module.backbone.",
  });
  expect((await automatic.get("0.weight")).shape).toEqual([4, 3]);
  await automatic.close();
  const backbone = await openCheckpoint(join(torch, "two_models.pth"), {
    root: "teacher",
    stripPrefix: "backbone.",
  });
  expect(backbone.names).toEqual(["w"]);
  expect(backbone.metadata["cxrkit.withoutPrefix"]).toBe("head.w");
  await backbone.close();
  const untouched = await openCheckpoint(join(torch, "two_models.pth"), {
    root: "teacher",
    stripPrefix: "auto",
  });
  expect(untouched.names).toEqual(["backbone.w", "head.w"]);
  await untouched.close();
  await expect(openCheckpoint(path, { stripPrefix: "encoder." })).rejects.toThrow(
    "stripPrefix must be the beginning of names in",
  );
});

test("a tensor whose element type is none of ours is named in the metadata and refused when it is asked for", async () => {
  const checkpoint = await openCheckpoint(join(torch, "newer_dtypes.pth"));
  expect(checkpoint.names).toEqual(["uint16", "uint32", "uint64"]);
  expect(checkpoint.metadata).toEqual({ "cxrkit.unreadable": "eighth (float8_e4m3fn)" });
  await expect(checkpoint.get("eighth")).rejects.toThrow(
    /tensor "eighth" of .* must have a dtype of uint64, .* got float8_e4m3fn/,
  );
  expect(() => checkpoint.info("eighth")).toThrow("got float8_e4m3fn");
  await expect(checkpoint.get("eighth")).rejects.toMatchObject({ code: "dtype", tensor: "eighth" });
  await checkpoint.close();
});

test("openCheckpoint refuses TorchScript and whole modules by name, and says what to do", async () => {
  await expect(openCheckpoint(join(torch, "pytorch-1.13/scripted_module.pt"))).rejects.toThrow(
    /got a TorchScript archive, which is a program .* save model\.state_dict\(\)/,
  );
  const module = openCheckpoint(join(torch, "pytorch-1.13/whole_module_UNSAFE_pickle.pt"));
  await expect(module).rejects.toThrow(/got torch\.nn\.modules\.container\.Sequential/);
  await expect(module).rejects.toMatchObject({ code: "pickle" });
});

const values113 = JSON.parse(
  readFileSync(join(torch, "pytorch-1.13/all_dtypes.expected.json"), "utf8"),
) as Record<string, { dtype: string; shape: number[]; values: number[] }>;

test.each(["all_dtypes_zip.pth", "all_dtypes_legacy.pth"])(
  "openCheckpoint reads %s of PyTorch 1.13",
  async (name) => {
    const checkpoint = await openCheckpoint(join(torch, "pytorch-1.13", name));
    expect([...checkpoint.names, "c64"]).toEqual(Object.keys(values113));
    for (const key of checkpoint.names) {
      const { dtype, shape, values } = values113[key] as (typeof values113)[string];
      const array = await checkpoint.get(key);
      expect(`torch.${array.dtype}`).toBe(dtype);
      expect(array.shape).toEqual(shape);
      if (!dtype.includes("float16")) expect(Array.from(array.data as Float64Array, Number)).toEqual(values);
    }
    expect(checkpoint.metadata["cxrkit.unreadable"]).toBe("c64 (complex64)");
    await checkpoint.close();
  },
);

test.each<[string, Parameters<typeof stateDictOf>[0], string, string]>([
  [
    "a storage offset behind its end",
    { w: { offset: 5 } },
    "offset",
    "must lie in the 24 bytes of its storage, got a last byte 44",
  ],
  [
    "a negative offset",
    { w: { offset: -1 } },
    "offset",
    "must have an offset and a stride for each axis, of at least 0, got -1",
  ],
  ["a negative stride", { w: { stride: [-3, 1] } }, "offset", "got 0 and other strides for 2 axes"],
  ["a stride too few", { w: { stride: [1] } }, "offset", "got 0 and 1 strides for 2 axes"],
  ["a negative size", { w: { shape: [-1, 3] } }, "shape", "must have a shape of integers of at least 0"],
  ["strides that leave the storage", { w: { stride: [4, 1] } }, "offset", "got a last byte 28"],
  [
    "a storage that is not there",
    { w: { key: "7" } },
    "archive",
    'must hold 24 bytes in "archive/data/7" for tensor "w", got no such member',
  ],
  ["a storage of another length", { w: { count: 7 } }, "archive", "must hold 28 bytes in"],
  [
    "an expanded tensor without bound",
    { w: { shape: [2 ** 30, 2 ** 30], stride: [0, 0] } },
    "budget",
    "must have at most 268435456 bytes where it repeats elements",
  ],
  [
    "sizes that overflow",
    { w: { shape: [2 ** 30, 2 ** 30, 2 ** 30, 0], stride: [1, 1, 1, 1] } },
    "budget",
    "repeats elements",
  ],
])("openCheckpoint refuses %s", async (title, tensors, code, message) => {
  const opening = openCheckpoint(await files.write(`${title}.pth`, torchZipOf(stateDictOf(tensors))));
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toMatchObject({ name: "WeightFormatError", code, tensor: "w" });
});

test("openCheckpoint refuses two data.pkl, an unknown byte order and a checkpoint without tensors", async () => {
  const plain = stateDictOf({ w: {} });
  const two = torchZipOf(plain, [{ name: "other/data.pkl", content: plain }]);
  await expect(openCheckpoint(await files.write("two.pth", two))).rejects.toThrow(
    "must hold one data.pkl, got archive/data.pkl, other/data.pkl",
  );
  const middle = torchZipOf(plain, [{ name: "archive/byteorder", content: Buffer.from("middle") }]);
  await expect(openCheckpoint(await files.write("middle.pth", middle))).rejects.toThrow(
    'must have a byteorder "little" or "big", got "middle"',
  );
  const none = torchZipOf(pickleOf(op.emptyDict, op.text("epoch"), op.int(3), op.setItem));
  await expect(openCheckpoint(await files.write("none.pth", none))).rejects.toThrow(
    "must hold a dict of tensors, got a dict",
  );
});

test('a tensor under a key that is no name is ignored, and one under 1 and under "1" is refused', async () => {
  const odd = pickleOf(
    op.emptyDict,
    op.mark,
    op.text("w"),
    tensorOperations(),
    op.none,
    tensorOperations(),
    op.setItems,
  );
  const checkpoint = await openCheckpoint(await files.write("odd.pth", torchZipOf(odd)));
  expect(checkpoint.names).toEqual(["w"]);
  expect(checkpoint.metadata).toEqual({ "cxrkit.ignored": "null" });
  await checkpoint.close();
  const twice = pickleOf(
    op.emptyDict,
    op.mark,
    op.text("1"),
    tensorOperations(),
    op.int(1),
    tensorOperations(),
    op.setItems,
  );
  await expect(openCheckpoint(await files.write("twice.pth", torchZipOf(twice)))).rejects.toMatchObject({
    code: "unexpected",
    tensor: "1",
  });
});

test("openCheckpoint refuses two tensors that get one name below a root", async () => {
  const inner = [op.emptyDict, op.text("b"), tensorOperations(), op.setItem];
  const pickle = pickleOf(
    op.emptyDict,
    op.mark,
    op.text("a.b"),
    tensorOperations(),
    op.text("a"),
    ...inner,
    op.setItems,
  );
  const path = await files.write("collision.pth", torchZipOf(pickle));
  await expect(openCheckpoint(path, { root: "" })).rejects.toMatchObject({
    code: "unexpected",
    tensor: "a.b",
  });
});

test("a damaged storage is refused when its tensor is read, and read if checksums are not to be compared", async () => {
  const path = join(fixtures, "malformed/pth_zip_crc_mismatch.pth");
  const checkpoint = await openCheckpoint(path);
  await expect(checkpoint.get("f32")).rejects.toThrow(
    /must hold "all_dtypes_zip\/data\/0" with the checksum 6edc4182, got 40d793e3/,
  );
  await expect(checkpoint.get("slice_view")).rejects.toMatchObject({ code: "archive" });
  expect((await checkpoint.get("f64")).shape).toEqual([2, 3, 4]);
  await checkpoint.close();
  const trusting = await openCheckpoint(path, { verifyChecksums: false });
  expect((await trusting.get("f32")).shape).toEqual([2, 3, 4]);
  await trusting.close();
});

test.each<[string, (legacy: Buffer) => Uint8Array, RegExp]>([
  [
    "another magic number",
    (bytes) => Buffer.concat([bytes.subarray(0, 4), Buffer.from([1]), bytes.subarray(5)]),
    /must begin with PyTorch's magic number, got \d+/,
  ],
  [
    "bytes that are missing at the end",
    (bytes) => bytes.subarray(0, -3),
    /must end with its last storage at byte \d+, got \d+ bytes/,
  ],
  [
    "bytes behind its end",
    (bytes) => Buffer.concat([bytes, Buffer.from([0])]),
    /must end with its last storage at byte \d+, got \d+ bytes/,
  ],
  [
    "storages that are missing",
    (bytes) => bytes.subarray(0, bytes.length - 200),
    /must have \d+ bytes, got \d+/,
  ],
  [
    "pickles that are missing",
    (bytes) => bytes.subarray(0, 300),
    /must end with its last operation, got the end/,
  ],
])("openCheckpoint refuses an older PyTorch file with %s", async (title, change, message) => {
  const bytes = change(readFileSync(join(torch, "dtypes_legacy_protocol2.pth")));
  await expect(openCheckpoint(await files.write(`${title}.pth`, bytes))).rejects.toThrow(message);
});

const candle = join(shared, "candle");
test.skipIf(!existsSync(candle))(
  "openCheckpoint reads other programs' checkpoints (skipped without the shared data)",
  async () => {
    const expectedValues = JSON.parse(readFileSync(join(candle, "expected.json"), "utf8")) as Record<
      string,
      Record<string, { dtype: string; shape: number[]; values: number[] }>
    >;
    for (const [name, tensors] of Object.entries(expectedValues)) {
      const checkpoint = await openCheckpoint(join(candle, name));
      for (const [key, { dtype, shape, values }] of Object.entries(tensors)) {
        const array = await checkpoint.get(key);
        expect(array).toMatchObject({ dtype: dtype.replace("torch.", ""), shape });
        expect(Array.from(array.data as BigInt64Array, Number).slice(0, 64)).toEqual(values);
      }
      await checkpoint.close();
    }
  },
);

const nested113 = join(shared, "torch1.13");
test.skipIf(!existsSync(nested113))(
  "openCheckpoint reads a nested checkpoint of PyTorch 1.13 (skipped without the shared data)",
  async () => {
    const state = JSON.parse(
      readFileSync(join(nested113, "checkpoint_nested.expected_state.json"), "utf8"),
    ) as Record<string, unknown>;
    const checkpoint = await openCheckpoint(join(nested113, "checkpoint_nested.pth.tar"));
    expect(checkpoint.names).toEqual(Object.keys(state));
    for (const name of checkpoint.names) {
      const { data } = await checkpoint.get(name);
      expect(Array.from(data as Float32Array, Number)).toEqual([state[name]].flat(3));
    }
    await checkpoint.close();
  },
);

const malformed = join(shared, "malformed");
test.skipIf(!existsSync(malformed))(
  "every malformed file of the shared data is refused and every control read (skipped without the shared data)",
  async () => {
    const outcomes = JSON.parse(readFileSync(join(malformed, "expected.json"), "utf8")) as Record<
      string,
      { expect: string }
    >;
    for (const [name, outcome] of Object.entries(outcomes)) {
      const readAll = async () => {
        const checkpoint = await openCheckpoint(join(malformed, name));
        try {
          for (const key of checkpoint.names) await checkpoint.get(key);
        } finally {
          await checkpoint.close();
        }
      };
      if (outcome.expect === "load") await readAll();
      else await expect(readAll(), name).rejects.toMatchObject({ name: "WeightFormatError" });
    }
  },
);
