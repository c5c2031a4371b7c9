import { expect, test } from "vitest";
import { readFixture } from "../test/readFixture.js";
import {
  averagePrecision,
  brierScore,
  classificationMetrics,
  confusionMatrix,
  type Matrix,
  multilabelReport,
  rocAuc,
  youdenThreshold,
} from "./index.js";

interface Averages {
  readonly findings: (number | null)[];
  readonly macro: number;
  readonly micro: number;
  readonly weighted: number;
}

const { cases, rtol } = readFixture<{
  readonly name: string;
  readonly input: {
    readonly labels: (number | null)[];
    readonly scores: number[];
    readonly rows: number;
    readonly columns: number;
  };
  readonly expected: { readonly rocAuc: Averages; readonly averagePrecision: Averages };
}>("sklearn/multilabel.json");

const findings = ["Atelectasis", "Cardiomegaly", "Edema", "Effusion", "Pneumothorax"];
const missing = Number.NaN;

test.each(cases)(
  "areas, average precisions and their averages are scikit-learn's: $name",
  ({ input, expected }) => {
    const { rows, columns } = input;
    const labels = { data: input.labels.map((label) => label ?? missing), rows, columns };
    const report = multilabelReport(labels, { data: input.scores, rows, columns }, { findings });
    for (const metric of ["rocAuc", "averagePrecision"] as const) {
      const { findings: each, macro, micro, weighted } = expected[metric];
      expect(report.findings.map((finding) => finding[metric])).toBeAllclose(
        each.map((value) => value ?? missing),
        { rtol },
      );
      const averages = report[metric];
      expect([averages.macro, averages.micro, averages.weighted]).toBeAllclose([macro, micro, weighted], {
        rtol,
      });
    }
    expect(report.leftOut).toEqual(findings.filter((_, k) => expected.rocAuc.findings[k] === null));
    expect(report.numFindings).toBe(findings.length - report.leftOut.length);
    expect(report.numMissing).toBe(input.labels.filter((label) => label === null).length);
    expect(report.numPairs + report.numMissing).toBe(rows * columns);
  },
);

const labels: Matrix = { data: [0, 1, 0, missing, 1, 0, 1, missing, 0, 1, 1, missing], rows: 4, columns: 3 };
const scores: Matrix = { data: [0.1, 0.9, 2, 0.4, 0.6, 0, 0.35, 0.5, 1, 0.8, 0.7, 3], rows: 4, columns: 3 };
const names = ["Edema", "Effusion", "Mass"];
const column = ({ data, columns }: Matrix, k: number) => Array.from(data).filter((_, i) => i % columns === k);

test("each finding has what the single functions give for its column", () => {
  const report = multilabelReport(labels, scores, { findings: names });
  for (const [k, finding] of report.findings.entries()) {
    const pair = [column(labels, k), column(scores, k)] as const;
    expect(finding.finding).toBe(names[k]);
    expect(finding.rocAuc).toBe(rocAuc(...pair));
    expect(finding.averagePrecision).toBe(averagePrecision(...pair));
    expect(finding.threshold).toBe(youdenThreshold(...pair).threshold);
  }
  const [edema] = report.findings;
  const pair = [column(labels, 0), column(scores, 0)] as const;
  expect(edema).toMatchObject(classificationMetrics(confusionMatrix(...pair, edema?.threshold as number)));
  expect(edema).toMatchObject({
    numPositives: 2,
    numNegatives: 1,
    numMissing: 1,
    brierScore: brierScore(...pair),
  });
});

test("a finding with one class is left out of the averages and named, and has no decisions without a threshold", () => {
  const report = multilabelReport(labels, scores, { findings: names });
  expect(report).toMatchObject({ leftOut: ["Effusion", "Mass"], numFindings: 1, numPairs: 9, numMissing: 3 });
  expect(report.rocAuc.macro).toBe(report.findings[0]?.rocAuc);
  expect(report.rocAuc.weighted).toBe(report.findings[0]?.rocAuc);
  expect(report.findings[1]).toMatchObject({ threshold: missing, sensitivity: missing, accuracy: missing });
});

test("scores that are no probabilities have no Brier score", () => {
  const { findings: reports } = multilabelReport(labels, scores, { findings: names });
  expect(reports.map(({ brierScore: loss }) => Number.isNaN(loss))).toEqual([false, false, true]);
});

test("given thresholds decide, for findings with one class too, and NaN decides nothing", () => {
  const thresholds = [0.4, 0.65, missing];
  const { findings: reports } = multilabelReport(labels, scores, { findings: names, thresholds });
  expect(reports.map(({ threshold }) => threshold)).toEqual(thresholds);
  expect(reports[0]).toMatchObject({ sensitivity: 0.5, specificity: 1 });
  expect(reports[1]).toMatchObject({ sensitivity: 2 / 3, specificity: missing });
  expect(reports[2]).toMatchObject({ sensitivity: missing, specificity: missing });
});

test("no images, or no labels, give NaN and no exception", () => {
  const averages = { macro: missing, micro: missing, weighted: missing };
  const none = { data: [], rows: 0, columns: 3 };
  const empty = multilabelReport(none, none, { findings: names });
  expect(empty).toMatchObject({ rocAuc: averages, averagePrecision: averages, leftOut: names, numPairs: 0 });
  const unknown = { ...labels, data: Array<number>(12).fill(missing) };
  const report = multilabelReport(unknown, scores, { findings: names });
  expect(report).toMatchObject({ rocAuc: averages, averagePrecision: averages, numPairs: 0, numMissing: 12 });
  const without = { data: [], rows: 4, columns: 0 };
  expect(multilabelReport(without, without, { findings: [] })).toMatchObject({
    findings: [],
    rocAuc: averages,
  });
});

test("all scores tied give 0.5 in every average of the areas", () => {
  const tied = { ...scores, data: Array<number>(12).fill(0.5) };
  const { rocAuc: averages } = multilabelReport(labels, tied, { findings: names });
  expect(averages).toEqual({ macro: 0.5, micro: 0.5, weighted: 0.5 });
});

const filled = (shape: Matrix, i: number, value: number) => ({
  ...shape,
  data: Array.from(shape.data, (old, j) => (j === i ? value : old)),
});

test.each<[string, Matrix, Matrix, string[], number[] | undefined, string]>([
  [
    "another shape",
    labels,
    { ...scores, rows: 3, columns: 4 },
    names,
    undefined,
    "scores must have the shape of the labels, [4, 3], got [3, 4]",
  ],
  [
    "too few values",
    { ...labels, data: [0, 1] },
    scores,
    names,
    undefined,
    "data of labels must hold 4 × 3 values, got 2",
  ],
  [
    "half a row",
    labels,
    { ...scores, rows: 4.5 },
    names,
    undefined,
    "rows of scores must be a whole number ≥ 0, got 4.5",
  ],
  ["too few names", labels, scores, ["Edema"], undefined, "findings must be as many as columns, 3, got 1"],
  [
    "too many thresholds",
    labels,
    scores,
    names,
    [1, 2, 3, 4],
    "thresholds must be as many as columns, 3, got 4",
  ],
  [
    "a name twice",
    labels,
    scores,
    ["Edema", "Mass", "Edema"],
    undefined,
    "findings must be unique, got Edema twice",
  ],
  [
    "an uncertain label",
    filled(labels, 4, -1),
    scores,
    names,
    undefined,
    "labels must be 1, 0 or NaN, got -1 at row 1, finding Effusion",
  ],
  [
    "a score that is NaN",
    labels,
    filled(scores, 11, missing),
    names,
    undefined,
    "scores must be finite, got NaN at row 3, finding Mass",
  ],
])("multilabelReport refuses %s", (_, given, ranked, findingNames, thresholds, message) => {
  const options = { findings: findingNames, ...(thresholds && { thresholds }) };
  expect(() => multilabelReport(given, ranked, options)).toThrow(`multilabelReport: ${message}`);
});
