import { expect, test } from "vitest";
import { cellsOf, textOf } from "../test/readMarkup.js";
import { tinyComparison } from "../test/tinyComparison.js";
import { comparisonTable } from "./index.js";

test("the table's numbers are the record's, with the macro mean last", () => {
  expect(cellsOf(comparisonTable(tinyComparison()).html)).toEqual([
    [
      "Pleural effusion",
      "0.812 (0.791–0.831)",
      "0.791 (0.770–0.810)",
      "+0.022 (+0.011 to +0.031)",
      "<0.001",
      "0.001*",
      "300",
      "900",
      "7",
    ],
    [
      "Edema",
      "0.701 (0.680–0.720)",
      "0.702 (0.681–0.721)",
      "−0.002 (−0.012 to +0.008)",
      "0.771",
      "1.000",
      "120",
      "1,080",
      "7",
    ],
    ["Hernia", "–", "–", "–", "–", "–", "0", "1,200", "7"],
    [
      "Macro mean",
      "0.757 (0.735–0.775)",
      "0.747 (0.725–0.765)",
      "+0.010 (−0.000 to +0.020)",
      "0.051",
      "0.051",
      "420",
      "780",
      "7",
    ],
  ]);
});

test("the table says how it was made, what the star means and why a dash is there", () => {
  const { html } = comparisonTable(tinyComparison());
  const text = textOf(html);
  expect(text).toContain("Intervals: 95 % percentile bootstrap, 1,000 resamples of 834 patients, seed 7.");
  expect(text).toContain("* and bold: adjusted p below 0.05; p values adjusted by Holm.");
  expect(text).toContain("– not defined: Hernia, no positive image.");
  expect(html).toContain('<abbr title="no positive image">–</abbr>');
  expect(html).toContain("<strong>0.001*</strong>");
  expect(html.match(/<th scope="row">/g)).toHaveLength(4);
});

test("an interval that is not defined is left out of its cell, and its area is not", () => {
  const { models, ...rest } = tinyComparison();
  const dino = models.dino as NonNullable<(typeof models)["dino"]>;
  const unbounded = { ...dino.macro, lower: Number.NaN, upper: Number.NaN };
  const { html } = comparisonTable({ ...rest, models: { ...models, dino: { ...dino, macro: unbounded } } });
  expect(cellsOf(html)[3]?.[1]).toBe("0.757");
});

test("the table refuses models that speak of other findings or other images", () => {
  const { models, ...rest } = tinyComparison();
  const dino = models.dino as NonNullable<(typeof models)["dino"]>;
  const shorter = { ...dino, perFinding: dino.perFinding.slice(0, 2) };
  expect(() => comparisonTable({ ...rest, models: { dino, shorter } })).toThrow(
    "comparisonTable: findings of shorter must be those of dino, hernia at 2, got no more",
  );
  const others = { ...dino, perFinding: dino.perFinding.map((one) => ({ ...one, numPositives: 1 })) };
  expect(() => comparisonTable({ ...rest, models: { dino, others } })).toThrow(
    "pleural_effusion (300 positive, 900 negative) at 0, got pleural_effusion (1 positive, 900 negative)",
  );
  expect(() => comparisonTable({ ...rest, models: {} })).toThrow(
    "models must have at least one entry, got 0",
  );
});
