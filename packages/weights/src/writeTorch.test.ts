import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryTensors, readTensors, sameTensors } from "../test/arbitraryTensors.js";
import { fixtures, temporaryFiles } from "../test/files.js";
import { pickleStateDict } from "./_pickleStateDict.js";
import { plannedTensors, readAhead } from "./_plannedTensors.js";
import { createZipWriter } from "./_zipWriter.js";
import { type NamedArray, openCheckpoint, type TensorSource, writeSafetensors, writeTorch } from "./index.js";

const { folder } = temporaryFiles();
const small: NamedArray = { dtype: "float32", shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) };

test("what writeTorch wrote, openCheckpoint reads bit by bit and in the same order, for every element type, shape and name", async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryTensors, async (tensors) => {
      const path = join(folder, `round-${round++}.pth`);
      await writeTorch(path, tensors);
      const read = await readTensors(path);
      expect([...read.keys()]).toEqual([...tensors.keys()]);
      sameTensors(read, tensors);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("writeTorch writes the same bytes for the same tensors, and every content at a multiple of 64 bytes", async () => {
  const tensors = { w: small, b: { dtype: "float32", shape: [1], data: Float32Array.of(7) } } as const;
  const paths = [join(folder, "a.pth"), join(folder, "b.pth")] as const;
  for (const path of paths) await writeTorch(path, tensors);
  const bytes = readFileSync(paths[0]);
  expect(bytes.equals(readFileSync(paths[1]))).toBe(true);
  for (const { data } of Object.values(tensors)) {
    expect(bytes.indexOf(Buffer.from(data.buffer)) % 64).toBe(0);
  }
});

test("a source is asked for one tensor more than has been written, never for two", async () => {
  let asked = 0;
  const source: TensorSource = {
    names: Array.from({ length: 50 }, (_, i) => `blocks.${i}`),
    info: () => ({ dtype: "float32", shape: [2, 3] }),
    get() {
      asked++;
      return small;
    },
  };
  let written = 0;
  for await (const bytes of readAhead(plannedTensors("test", source))) {
    expect(asked - written).toBe(written === 49 ? 1 : 2);
    expect(bytes).toHaveLength(24);
    written++;
  }
  expect(written).toBe(50);
  await writeTorch(join(folder, "many.pth"), source);
  expect((await readTensors(join(folder, "many.pth"))).size).toBe(50);
});

test("an archive whose numbers need 64 bits is read back", async () => {
  const path = join(folder, "zip64.pth");
  await writeZip64(path, 20);
  expect((await readTensors(path)).get("w")).toEqual(small);
});

test.each<[string, Record<string, NamedArray>, string]>([
  [
    "data that are too short",
    { a: { ...small, shape: [7] } },
    'writeTorch: "a" must have as many elements as its shape [7], got 6',
  ],
  [
    "data of another class",
    { a: { ...small, dtype: "float64" } },
    'writeTorch: data of "a" must be a Float64Array',
  ],
  [
    "a negative size",
    { a: { ...small, shape: [-6] } },
    'writeTorch: "a" must have a shape of integers of at least 0',
  ],
  [
    "a name that UTF-8 cannot hold",
    { "\ud800": small },
    "writeTorch: name of a tensor must be text that UTF-8 can hold",
  ],
])("writeTorch refuses %s and writes nothing", async (title, tensors, message) => {
  await expect(writeTorch(join(folder, `${title}.pth`), tensors)).rejects.toThrow(message);
  expect(readdirSync(folder).filter((name) => name.startsWith(title))).toEqual([]);
});

test.each<[string, Partial<TensorSource>, string]>([
  ["fails", { get: () => Promise.reject(new Error("the disk is gone")) }, "the disk is gone"],
  [
    "gives another shape",
    { get: () => ({ ...small, shape: [3, 2] }) },
    '"w" must be the float32 [2, 3] that was announced, got float32 [3, 2]',
  ],
  [
    "gives another dtype",
    { get: () => ({ ...small, dtype: "int32", data: new Int32Array(6) }) },
    "got int32 [2, 3]",
  ],
  ["names a tensor twice", { names: ["w", "w"] }, "names must be given once each, got 2 with 1 different"],
])("a source that %s leaves the older file and no temporary", async (title, change, message) => {
  const path = join(folder, `${title}.out`);
  await writeFile(path, "older");
  const source: TensorSource = {
    names: ["w"],
    info: () => ({ dtype: "float32", shape: [2, 3] }),
    get: () => small,
    ...change,
  };
  await expect(writeTorch(path, source)).rejects.toThrow(message);
  await expect(writeSafetensors(path, source)).rejects.toThrow(message);
  expect(readFileSync(path, "utf8")).toBe("older");
  expect(readdirSync(folder).filter((name) => name.startsWith(title))).toEqual([`${title}.out`]);
});

const python = process.env.CXRKIT_PYTHON;
test.skipIf(python === undefined || !hasTorch(python))(
  "PyTorch reads what the package wrote, and the package what PyTorch wrote, bit by bit (skipped unless CXRKIT_PYTHON names a Python with torch and safetensors)",
  async () => {
    run("write");
    for (const name of ["model", "dtypes", "legacy"]) {
      const checkpoint = await openCheckpoint(join(folder, `${name}.pth`));
      await writeSafetensors(
        join(folder, `${name}.safetensors`),
        checkpoint,
        name === "model" ? { format: "pt" } : {},
      );
      await writeTorch(join(folder, `${name}_again.pth`), checkpoint);
      await checkpoint.close();
    }
    await writeZip64(join(folder, "zip64_again.pth"), 20);
    expect(JSON.parse(run("check")).compared).toBeGreaterThan(90);
  },
  120_000,
);

function run(action: "write" | "check"): string {
  const script = join(fixtures, "torch/roundTrip.py");
  const { stdout, stderr, status } = spawnSync(python as string, [script, action, folder], {
    encoding: "utf8",
  });
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

function hasTorch(command: string): boolean {
  return spawnSync(command, ["-c", "import torch, safetensors"]).status === 0;
}

/** The same archive, but with 64-bit records for everything from that many bytes on. */
async function writeZip64(path: string, zip64From: number): Promise<void> {
  const pieces: Uint8Array[] = [];
  const archive = createZipWriter(async (bytes) => void pieces.push(bytes), zip64From);
  const planned = plannedTensors("test", { w: small });
  await archive.add("archive/data.pkl", pickleStateDict(planned));
  await archive.add("archive/data/0", await (planned[0] as (typeof planned)[0]).read());
  await archive.add("archive/byteorder", Buffer.from("little"));
  await archive.add("archive/version", Buffer.from("3\n"));
  await archive.finish();
  await writeFile(path, Buffer.concat(pieces));
}
