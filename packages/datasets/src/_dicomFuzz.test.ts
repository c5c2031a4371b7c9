import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeImage } from "./decodeImage.js";
import { presentGrey } from "./presentGrey.js";
import { readDicomHeader } from "./readDicomHeader.js";

const { cases } = JSON.parse(
  readFileSync(new URL("../fixtures/pydicom/decode.json", import.meta.url), "utf8"),
) as { cases: { name: string; file: string; options: { frame?: number } }[] };
const files = cases.map(({ name, file, options }) => ({ name, bytes: Buffer.from(file, "base64"), options }));

/** Thousands by hand: CXRKIT_FUZZ_RUNS=20000 npx vitest run packages/datasets/src/_dicomFuzz.test.ts */
const numRuns = Number(process.env.CXRKIT_FUZZ_RUNS ?? 400);
const seed = Number(process.env.CXRKIT_FUZZ_SEED ?? 1);
const maxMs = 5000;

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const change = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: place, value: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ kind: fc.constant("byte" as const), at: place, value: fc.integer({ min: 0, max: 255 }) }),
  fc.record({
    kind: fc.constant("length" as const),
    at: place,
    value: fc.constantFrom(0, 1, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0xfffffffe, 0xffffffff),
  }),
  fc.record({ kind: fc.constant("cut" as const), at: place, value: fc.constant(0) }),
  fc.record({ kind: fc.constant("repeat" as const), at: place, value: fc.integer({ min: 1, max: 64 }) }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(bytes: Buffer, changes: readonly Change[]): Buffer {
  let result = Buffer.from(bytes);
  for (const { kind, at, value } of changes) {
    const i = Math.floor(at * result.length);
    if (kind === "flip") result[i] = (result[i] as number) ^ (1 << value);
    else if (kind === "byte") result[i] = value;
    else if (kind === "length" && i + 4 <= result.length) result.writeUInt32LE(value, i);
    else if (kind === "cut") result = result.subarray(0, i);
    else if (kind === "repeat")
      result = Buffer.concat([result.subarray(0, i), result.subarray(Math.max(0, i - value))]);
    if (result.length === 0) break;
  }
  return result;
}

/** An image of the size it declares, or a RangeError that says what must be; nothing else, and soon. */
async function requireOrderly(bytes: Buffer, options: { frame?: number }): Promise<"image" | "refused"> {
  const start = performance.now();
  try {
    const image = await decodeImage(bytes, { ...options, maxPixels: 2 ** 20 });
    expect(image.pixels).toHaveLength(image.width * image.height);
    presentGrey(image, { window: "none" });
    return "image";
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(/^decodeImage: [^\n]* must [^\n]*, got [^\n]*$/);
    return "refused";
  } finally {
    expect(performance.now() - start).toBeLessThan(maxMs);
  }
}

test("a file with changed bytes gives an image or an error that says what must be, and soon", {
  timeout: 600_000,
}, async () => {
  const outcomes = { image: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async ({ bytes, options }, changes) => {
        outcomes[await requireOrderly(changed(bytes, changes), options)]++;
      },
    ),
    { numRuns, seed },
  );
  expect(outcomes.image).toBeGreaterThan(numRuns / 20);
  expect(outcomes.refused).toBeGreaterThan(numRuns / 20);
});

test("a header with changed bytes gives a header or a RangeError", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      ({ bytes }, changes) => {
        try {
          readDicomHeader(changed(bytes, changes));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect((error as Error).message).toMatch(/^readDicomHeader: .* must .*, got /);
        }
      },
    ),
    { numRuns, seed },
  );
});

test.each(files.map((file) => [file.name, file] as const))(
  "a file that breaks off anywhere is refused, or its pixels were complete: %s",
  async (_, { bytes, options }) => {
    const whole = await decodeImage(bytes, options);
    for (let length = bytes.length - 1; length > 0; length -= 1 + Math.floor(length / 25)) {
      const outcome = await decodeImage(bytes.subarray(0, length), options).catch((error) => error);
      if (outcome instanceof RangeError) expect(outcome.message).toMatch(/^decodeImage: .* must .*, got /);
      else expect([length, outcome.pixels]).toEqual([length, whole.pixels]);
    }
  },
);
