import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bias } from "../example/parseSafetensors.example.js";
import { openCheckpoint } from "./openCheckpoint.js";
import { parseSafetensors } from "./parseSafetensors.js";
import { WeightFormatError } from "./WeightFormatError.js";
import { writeSafetensors } from "./writeSafetensors.js";

const folder = await mkdtemp(join(tmpdir(), "cxrkit-parse-"));
const path = join(folder, "model.safetensors");
await writeSafetensors(
  path,
  new Map([
    ["a", { dtype: "float32", shape: [3], data: Float32Array.of(1, -2, 3.5) }],
    ["b", { dtype: "int64", shape: [1, 2], data: BigInt64Array.of(7n, -9n) }],
    ["c", { dtype: "uint8", shape: [], data: Uint8Array.of(5) }],
  ]),
  { made: "here" },
);

test("the example gives what it says", () => {
  expect(bias).toEqual({ dtype: "float32", shape: [2], data: Float32Array.of(0.5, 0) });
});

test("bytes in memory, at whatever address, give what the file gives", async () => {
  const bytes = await readFile(path);
  const shifted = new Uint8Array(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  const [parsed, opened] = [await parseSafetensors(shifted), await openCheckpoint(path)];
  expect(parsed.names).toEqual(opened.names);
  expect(parsed.metadata).toEqual(opened.metadata);
  for (const name of opened.names) expect(await parsed.get(name)).toEqual(await opened.get(name));
  await opened.close();
});

test("a tensor is a copy, and a closed checkpoint gives none", async () => {
  const bytes = new Uint8Array(await readFile(path));
  const parsed = await parseSafetensors(bytes, { name: "model of a page" });
  const before = await parsed.get("a");
  bytes.fill(0);
  expect(before.data).toEqual(Float32Array.of(1, -2, 3.5));
  await parsed.close();
  await expect(parsed.get("a")).rejects.toThrow("checkpoint model of a page must be open");
});

test("changed bytes give the same refusal as in a file, or the same tensors", async () => {
  const bytes = new Uint8Array(await readFile(path));
  const changed = join(folder, "changed.safetensors");
  const read = async (open: () => ReturnType<typeof parseSafetensors>) => {
    try {
      const checkpoint = await open();
      const arrays = await Promise.all(
        checkpoint.names.map(async (name) => [name, await checkpoint.get(name)]),
      );
      await checkpoint.close();
      return { arrays };
    } catch (error) {
      expect(error).toBeInstanceOf(WeightFormatError);
      return { code: (error as WeightFormatError).code };
    }
  };
  await fc.assert(
    fc.asyncProperty(
      fc.nat(bytes.length - 1),
      fc.nat(255),
      fc.nat(bytes.length),
      async (at, value, length) => {
        const copy = bytes.slice(0, length === 0 ? undefined : length);
        if (at < copy.length) copy[at] = value;
        await writeFile(changed, copy);
        const [memory, file] = [
          await read(() => parseSafetensors(copy)),
          await read(() => openCheckpoint(changed)),
        ];
        // A file too short or odd to be recognised has another error than one that is told to be safetensors.
        if ("arrays" in file || "arrays" in memory) expect(memory).toEqual(file);
      },
    ),
    { numRuns: 150 },
  );
});
