import fc from "fast-check";
import { expect, test } from "vitest";
import { ascendingOrder } from "./_ascendingOrder.js";

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1, -1, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE),
  fc.integer({ min: -3, max: 3 }),
);

test.each([
  [0, 50],
  [1024, 1400],
])(
  "ascendingOrder sorts stably from %d numbers on, whatever their signs and sizes",
  (minLength, maxLength) => {
    fc.assert(
      fc.property(fc.array(numbers, { minLength, maxLength }), (given) => {
        const values = Float64Array.from(given);
        const expected = [...given.keys()].sort((i, j) => given[i]! - given[j]! || i - j);
        expect([...ascendingOrder(values)]).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  },
);

test("ascendingOrder leaves what it sorts as it is, also where the numbers are a part of a larger array", () => {
  const whole = Float64Array.from({ length: 3000 }, (_, i) => Math.sin(i));
  const part = whole.subarray(7, 2500);
  const before = whole.slice();
  const order = ascendingOrder(part);
  expect(whole).toEqual(before);
  for (let i = 1; i < order.length; i++) expect(part[order[i - 1]!]).toBeLessThanOrEqual(part[order[i]!]!);
});
