import { expect, test } from "vitest";
import { comparisonCsv } from "./comparisonCsv.js";
import { statementOf } from "./statementOf.js";

const described = {
  finding: "pleural_effusion",
  testArea: 0.9,
  calibration: [
    { score: 0.1, share: 0.02, count: 50 },
    { score: 0.6, share: 0.555, count: 20 },
  ],
};

test("a score is read from the validation images nearest to it", () => {
  expect(statementOf(described, 0.2)).toBe(
    "Of 50 drawn images with about this score, 2 % had pleural effusion.",
  );
  expect(statementOf(described, 0.99)).toBe(
    "Of 20 drawn images with about this score, 56 % had pleural effusion.",
  );
  expect(statementOf({ ...described, calibration: [] }, 0.5)).toContain("No validation image");
});

test("a name that a spreadsheet would compute, or that has commas, stays text", () => {
  const area = { estimate: 0.75, lower: 0.5, upper: Number.NaN };
  const comparison = { models: { "=1+1, yes": { perFinding: [], macro: area } }, pairs: [] };
  expect(comparisonCsv(comparison as never)).toBe(
    'finding,quantity,of,value,lower,upper,p,adjusted p\r\nmacro,AUROC,"\'=1+1, yes",0.75,0.5,,,\r\n',
  );
});
