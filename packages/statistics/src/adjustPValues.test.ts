import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AdjustmentMethod, adjustPValues } from "./index.js";

const { cases, rtol } = JSON.parse(
  readFileSync(new URL("../fixtures/r/adjust.json", import.meta.url), "utf8"),
) as {
  rtol: number;
  cases: { name: string; method: AdjustmentMethod; input: (number | null)[]; expected: (number | null)[] }[];
};
const numbers = (values: (number | null)[]) => values.map((value) => value ?? Number.NaN);

test.each(cases)(
  "adjustPValues by $method agrees with R's p.adjust: $name",
  ({ method, input, expected }) => {
    expect(adjustPValues(numbers(input), method)).toBeAllclose(numbers(expected), { rtol });
  },
);

const methods = ["bonferroni", "holm", "hochberg", "hommel", "bh", "by"] as const;
const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });

test("an adjusted p value is never below the raw one, keeps the order, and does not depend on the order given", () => {
  fc.assert(
    fc.property(pValues, fc.constantFrom(...methods), (p, method) => {
      const adjusted = adjustPValues(p, method);
      const order = [...p.keys()].sort((i, j) => p[i]! - p[j]!);
      order.forEach((i, rank) => {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p[i]! - 1e-15);
        if (rank > 0) expect(adjusted[i]).toBeGreaterThanOrEqual(adjusted[order[rank - 1]!]!);
      });
      expect([...adjustPValues(p.toReversed(), method)]).toEqual([...adjusted].toReversed());
    }),
  );
});

test("hommel rejects no less than hochberg, hochberg no less than holm, holm no less than bonferroni", () => {
  fc.assert(
    fc.property(pValues, (p) => {
      const [bonferroni, holm, hochberg, hommel] = methods
        .slice(0, 4)
        .map((method) => adjustPValues(p, method));
      p.forEach((_, i) => {
        expect(hommel![i]).toBeLessThanOrEqual(hochberg![i]! + 1e-15);
        expect(hochberg![i]).toBeLessThanOrEqual(holm![i]!);
        expect(holm![i]).toBeLessThanOrEqual(bonferroni![i]! + 1e-15);
      });
    }),
  );
});

test("adjustPValues of no test is empty, and refuses what is not a p value", () => {
  expect([...adjustPValues([], "hommel")]).toEqual([]);
  expect(() => adjustPValues([0.5, 1.5], "bh")).toThrow("p values must lie in [0, 1], got 1.5 at index 1");
  expect(() => adjustPValues([0.5], "toString" as "bh")).toThrow("method must be one of bonferroni, holm");
});
