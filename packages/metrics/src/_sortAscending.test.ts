import fc from "fast-check";
import { expect, test } from "vitest";
import { sortAscending } from "./_sortAscending.js";
import { rocAuc } from "./rocAuc.js";

const count = 6000;

/** A known sequence without structure, in (−1, 1). */
const drawn = (i: number) => (Math.sin(i + 1) * 1e4) % 1;

test.each<[string, (i: number) => number]>([
  ["of both signs", (i) => drawn(i)],
  ["of float32", (i) => Math.fround(drawn(i))],
  ["with many ties", (i) => Math.round(drawn(i) * 10) / 10],
  ["that all tie", () => 0.25],
  ["closer to each other than the radix sees", (i) => 1 + drawn(i) * 1e-9],
  ["negative and close to each other", (i) => -1 + drawn(i) * 1e-9],
  ["of all magnitudes", (i) => drawn(i) * 10 ** (300 * drawn(i + 7))],
  ["subnormal and zero", (i) => Math.round(drawn(i) * 3) * Number.MIN_VALUE],
  ["already ascending", (i) => i],
  ["descending", (i) => -i],
  ["that are zeros of both signs", (i) => (i % 2 === 0 ? -0 : 0)],
])("many numbers %s are sorted as the native sort does", (_, numberAt) => {
  const values = Float64Array.from({ length: count }, (_, i) => numberAt(i));
  const native = values.slice().sort();
  const sorted = sortAscending(values);
  expect(sorted).toHaveLength(count);
  expect(sorted.every((value, i) => value === native[i])).toBe(true);
});

test("any finite numbers are sorted, few or many", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 40 }),
      fc.boolean(),
      (some, repeated) => {
        const values = Float64Array.from({ length: repeated ? 50 * some.length : some.length }, (_, i) =>
          i < some.length ? (some[i] as number) : (some[i % some.length] as number) * drawn(i),
        );
        const native = values.slice().sort();
        expect(sortAscending(values).every((value, i) => value === native[i])).toBe(true);
      },
    ),
  );
});

test("the area of a million near-ties is exact, and takes no quadratic time", () => {
  const length = 1_000_000;
  const scores = Float64Array.from({ length }, (_, i) => 1 + ((i * 7919) % length) * Number.EPSILON);
  const labels = Uint8Array.from({ length }, (_, i) => ((i * 7919) % length >= length / 2 ? 1 : 0));
  expect(rocAuc(labels, scores)).toBe(1);
  expect(
    rocAuc(
      labels,
      scores.map((score) => -score),
    ),
  ).toBe(0);
});
