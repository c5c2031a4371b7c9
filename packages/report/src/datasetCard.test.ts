import { expect, test } from "vitest";
import { cellsOf } from "../test/readMarkup.js";
import { datasetCard } from "./index.js";

test("a card counts, and shows a dash for the share of what nobody labelled", () => {
  const { html } = datasetCard({
    name: "Set",
    facts: [],
    findings: [
      { finding: "edema", numPositives: 30, numNegatives: 210, numUncertain: 4, numMissing: 12_345 },
      { finding: "hernia", numPositives: 0, numNegatives: 0, numMissing: 5 },
    ],
  });
  expect(cellsOf(html)).toEqual([
    ["Edema", "30", "210", "4", "12,345", "12.5 %"],
    ["Hernia", "0", "0", "0", "5", "–"],
  ]);
});

test.each([
  [
    { finding: "a", numPositives: -1, numNegatives: 0, numMissing: 0 },
    "positives of a must be an integer ≥ 0, got -1",
  ],
  [
    { finding: "a", numPositives: 0, numNegatives: 0.5, numMissing: 0 },
    "negatives of a must be an integer ≥ 0, got 0.5",
  ],
  [
    { finding: "a", numPositives: 0, numNegatives: 0, numMissing: Number.NaN },
    "missing of a must be an integer ≥ 0, got NaN",
  ],
])("a card refuses a count that is none", (finding, message) => {
  expect(() => datasetCard({ name: "Set", facts: [], findings: [finding] })).toThrow(
    `datasetCard: ${message}`,
  );
});
