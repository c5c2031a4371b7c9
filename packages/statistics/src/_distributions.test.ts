import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { betaQuantile } from "./_betaQuantile.js";
import { binomialTail } from "./_binomialTail.js";
import { incompleteBeta } from "./_incompleteBeta.js";
import { normalCdf, normalQuantile } from "./_normal.js";
import { studentQuantile, studentTail } from "./_studentT.js";

type Rows = number[][];
const { rtol, normal, student, beta, binomial } = JSON.parse(
  readFileSync(new URL("../fixtures/scipy/distributions.json", import.meta.url), "utf8"),
) as {
  rtol: number;
  normal: { cdf: Rows; quantile: Rows };
  student: { tail: Rows; quantile: Rows };
  beta: { quantile: Rows };
  binomial: { half: Rows };
};

/** Names the row that is off, which a comparison of whole columns would not. */
function expectRows(rows: Rows, inputs: number, compute: (...given: number[]) => number[]): void {
  for (const row of rows) {
    const given = row.slice(0, inputs);
    expect(compute(...given), given.join(", ")).toBeAllclose(row.slice(inputs), { rtol });
  }
}

test("the normal distribution function agrees with 50 digits down to 1e-308", () => {
  expectRows(normal.cdf, 1, (x) => [normalCdf(x!)]);
  expect([Number.NEGATIVE_INFINITY, 50, Number.NaN].map(normalCdf)).toEqual([0, 1, Number.NaN]);
});

test("the normal quantile agrees with 50 digits from 1e-300 on, and is infinite at 0 and 1", () => {
  expectRows(normal.quantile, 1, (p) => [normalQuantile(p!)]);
  expect([0, 1, -0.1, 1.1].map(normalQuantile)).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NaN,
    Number.NaN,
  ]);
});

test("Student's tail agrees with 50 digits down to 1e-300, for 1 to 1e6 degrees of freedom", () => {
  expectRows(student.tail, 2, (t, df) => [studentTail(t!, df!)]);
  expect(
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map((t) => studentTail(t, 3)),
  ).toEqual([0, 1, Number.NaN]);
});

test("Student's quantile agrees with 50 digits", () => {
  expectRows(student.quantile, 2, (tail, df) => [studentQuantile(tail!, df!)]);
});

test("the beta quantile and its complement agree with 50 digits", () => {
  expectRows(beta.quantile, 3, (a, b, p) => {
    const { x, y } = betaQuantile(a!, b!, p!, 1 - p!);
    return [x, y];
  });
  expect([betaQuantile(2, 3, 0, 1), betaQuantile(2, 3, 1, 0)]).toEqual([
    { x: 0, y: 1 },
    { x: 1, y: 0 },
  ]);
});

test("the tail of a fair coin agrees with 50 digits, up to a million tosses", () => {
  expectRows(binomial.half, 2, (successes, tosses) => {
    const { atMost, exactly } = binomialTail(successes!, tosses!);
    return [atMost, exactly];
  });
});

test("the two sides of the incomplete beta function add up to 1 and mirror each other", () => {
  const shape = fc.double({ min: 0.5, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(shape, shape, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, x) => {
      const { lower, upper } = incompleteBeta(a, b, x, 1 - x);
      const mirrored = incompleteBeta(b, a, 1 - x, x);
      expect(lower).toBeGreaterThanOrEqual(0);
      expect([lower + upper, mirrored.upper]).toBeAllclose([1, lower], { rtol: 1e-12, atol: 1e-300 });
    }),
  );
});

test("the beta quantile is undone by the incomplete beta function", () => {
  const shape = fc.double({ min: 0.5, max: 1e5, noNaN: true });
  fc.assert(
    fc.property(shape, shape, fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (a, b, p) => {
      const { x, y } = betaQuantile(a, b, p, 1 - p);
      const { lower, upper } = incompleteBeta(a, b, x, y);
      // A quantile rounded to double moves the tail by its slope: up to 1e-16 · a · log(1 / p) of it.
      expect([lower, upper]).toBeAllclose([p, 1 - p], { rtol: 1e-9 });
    }),
  );
});
