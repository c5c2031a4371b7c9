import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fixtures, temporaryFiles } from "../test/files.js";
import { type Checkpoint, openCheckpoint, WeightFormatError } from "./index.js";

/** More rounds, by hand: CXRKIT_FUZZ_ROUNDS=20000 npx vitest run openCheckpoint.fuzz */
const numRuns = Number(process.env.CXRKIT_FUZZ_ROUNDS ?? 150);
const files = temporaryFiles();

const seedsIn = (folder: string, pattern: RegExp) =>
  readdirSync(join(fixtures, folder))
    .filter((name) => pattern.test(name))
    .map((name) => readFileSync(join(fixtures, folder, name)));

const seeds = {
  safetensors: seedsIn("safetensors", /\.safetensors$/),
  "PyTorch archives": seedsIn("torch", /(?<!legacy.*)\.pth$/),
  "older PyTorch files": seedsIn("torch", /legacy.*\.pth$/),
  "NumPy files": seedsIn("numpy", /\.np[yz]$/),
};

/** One change of a file: a bit, a byte, a number of four or eight bytes, a cut, a piece taken out, put in or doubled. */
const change = fc.oneof(
  fc.record({
    kind: fc.constant("bit" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    value: fc.nat(7),
  }),
  fc.record({
    kind: fc.constant("byte" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    value: fc.nat(255),
  }),
  fc.record({
    kind: fc.constantFrom("uint32" as const, "uint64" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff),
  }),
  fc.record({
    kind: fc.constantFrom("cut" as const, "remove" as const, "insert" as const, "double" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    value: fc.integer({ min: 1, max: 64 }),
  }),
);

function changed(bytes: Buffer, { kind, at, value }: { kind: string; at: number; value: number }): Buffer {
  const place = Math.min(Math.floor(at * bytes.length), Math.max(bytes.length - 1, 0));
  const copy = Buffer.from(bytes);
  if (kind === "cut") return copy.subarray(0, place);
  if (kind === "remove") return Buffer.concat([copy.subarray(0, place), copy.subarray(place + value)]);
  if (kind === "insert")
    return Buffer.concat([copy.subarray(0, place), Buffer.alloc(value), copy.subarray(place)]);
  if (kind === "double") {
    return Buffer.concat([
      copy.subarray(0, place),
      copy.subarray(place, place + value),
      copy.subarray(place),
    ]);
  }
  if (kind === "bit") copy[place] = (copy[place] as number) ^ (1 << value);
  else if (kind === "byte") copy[place] = value;
  else if (kind === "uint32" && place + 4 <= copy.length) copy.writeUInt32LE(value, place);
  else if (kind === "uint64" && place + 8 <= copy.length) copy.writeBigUInt64LE(BigInt(value) << 31n, place);
  return copy;
}

/** Reads everything; whatever comes back must be whole. */
async function readAll(path: string): Promise<void> {
  let checkpoint: Checkpoint | undefined;
  try {
    checkpoint = await openCheckpoint(path, { stripPrefix: "auto" });
    for (const name of checkpoint.names) {
      const { shape, dtype } = checkpoint.info(name);
      const array = await checkpoint.get(name);
      expect(array).toMatchObject({ shape, dtype });
      expect(array.data).toHaveLength(shape.reduce((product, size) => product * size, 1));
    }
  } finally {
    await checkpoint?.close();
  }
}

test.each(Object.entries(seeds))(
  "%s with bits, lengths and pieces changed at random are refused or read, and take neither long nor much memory",
  async (format, originals) => {
    expect(originals.length).toBeGreaterThan(0);
    const start = process.memoryUsage().arrayBuffers;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        async (original, changes) => {
          const bytes = changes.reduce(changed, original);
          const path = await files.write(`${format}.fuzz`, bytes);
          const before = performance.now();
          try {
            await readAll(path);
          } catch (cause) {
            if (!(cause instanceof WeightFormatError)) throw cause;
            refused++;
          }
          expect(performance.now() - before).toBeLessThan(5000);
          expect(process.memoryUsage().arrayBuffers - start).toBeLessThan(2 ** 30);
        },
      ),
      { numRuns, seed: 7, endOnFailure: numRuns > 1000 },
    );
    expect(refused).toBeGreaterThan(numRuns / 10);
  },
  3_600_000,
);
