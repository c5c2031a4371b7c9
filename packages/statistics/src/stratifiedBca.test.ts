import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compareModels } from "./index.js";

interface Case {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
  readonly seed: number;
  readonly replicates: number;
  readonly coverage: number;
  readonly expected: Readonly<Record<"estimate" | "lower" | "upper", number>>;
}
const { rtol, cases } = JSON.parse(
  readFileSync(new URL("../fixtures/scipy/stratifiedBca.json", import.meta.url), "utf8"),
) as { readonly rtol: number; readonly cases: readonly Case[] };

test.each(cases)("bca intervals within strata are SciPy's of two samples, seed $seed", (given) => {
  const { positives, negatives, seed, replicates, coverage, expected } = given;
  const column = (data: number[]) => ({ data, rows: data.length, columns: 1 });
  const classes = [...positives.map(() => 1), ...negatives.map(() => 0)];
  const { models } = compareModels(
    {
      labels: column(classes),
      models: { only: column([...positives, ...negatives]) },
      findings: ["x"],
      strata: classes,
    },
    { seed, replicates, coverage, interval: "bca" },
  );
  const { estimate, lower, upper } = models.only!.macro;
  expect([estimate, lower, upper]).toBeAllclose([expected.estimate, expected.lower, expected.upper], {
    rtol,
  });
});
