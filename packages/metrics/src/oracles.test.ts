import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  averagePrecision,
  brierScore,
  calibrationCurve,
  classificationMetrics,
  confusionMatrix,
  logLoss,
  multilabelReport,
  partialRocAuc,
  precisionRecallCurve,
  rocAuc,
} from "./index.js";

interface Binary {
  readonly [metric: string]: number;
}

interface Curves {
  readonly pr_precision: number[];
  readonly pr_recall: number[];
  readonly pr_thresholds: number[];
}

interface Reference {
  readonly binary_a: Binary & Curves;
  readonly binary_b: Binary & Curves;
  readonly multilabel: Binary & { readonly y: number[][]; readonly s: number[][] };
  readonly calibration_a_10: [observed: number[], predicted: number[]];
}

const folder = join(
  process.env.CXRKIT_DATA ?? new URL("../../../../shared/data/", import.meta.url).pathname,
  "oracles/metrics",
);
const isThere = existsSync(folder);
const when = isThere ? test : test.skip;
const why = isThere ? "" : ` (skipped: ${folder} is not there)`;
const rtol = 1e-12;

const readReference = () =>
  JSON.parse(readFileSync(join(folder, "sklearn_scipy_reference.json"), "utf8")) as Reference;

function readPaired() {
  const [, ...lines] = readFileSync(join(folder, "synthetic_paired.csv"), "utf8").trim().split("\n");
  const rows = lines.map((line) => line.split(",").map(Number) as [number, number, number]);
  return { labels: rows.map(([y]) => y), a: rows.map(([, a]) => a), b: rows.map(([, , b]) => b) };
}

const sigmoid = (scores: number[]) => scores.map((score) => 1 / (1 + Math.exp(-score)));

when.each(["a", "b"] as const)(
  `scores %s have the metrics of another version of scikit-learn${why}`,
  (which) => {
    const reference = readReference()[`binary_${which}`];
    const { labels, [which]: scores } = readPaired();
    const probabilities = sigmoid(scores);
    const decided = classificationMetrics(confusionMatrix(labels, probabilities, 0.5));
    const { precision, recall, thresholds } = precisionRecallCurve(labels, scores);
    const partial = { focus: "specificity", range: [0.9, 1], standardised: true } as const;
    const pairs: [number, string][] = [
      [rocAuc(labels, scores), "roc_auc"],
      [partialRocAuc(labels, scores, partial), "pauc_fpr0_1"],
      [averagePrecision(labels, scores), "average_precision"],
      [brierScore(labels, probabilities), "brier"],
      [logLoss(labels, probabilities), "log_loss"],
      [decided.accuracy, "accuracy"],
      [decided.balancedAccuracy, "balanced_accuracy"],
      [decided.f1, "f1"],
      [decided.matthewsCorrelation, "mcc"],
      [decided.cohenKappa, "kappa"],
      [decided.positivePredictiveValue, "precision"],
      [decided.sensitivity, "recall"],
    ];
    for (const [value, name] of pairs)
      expect([value], name).toBeAllclose([reference[name] as number], { rtol });
    expect(precision).toBeAllclose(reference.pr_precision.toReversed(), { rtol });
    expect(recall).toBeAllclose(reference.pr_recall.toReversed(), { rtol });
    expect(thresholds.slice(1)).toBeAllclose(reference.pr_thresholds.toReversed(), { rtol: 0 });
  },
);

when(`five findings and ten bins have the values of another version of scikit-learn${why}`, () => {
  const { multilabel, calibration_a_10: calibration } = readReference();
  const matrix = (rows: number[][]) => ({ data: rows.flat(), rows: rows.length, columns: 5 });
  const report = multilabelReport(matrix(multilabel.y), matrix(multilabel.s), {
    findings: ["one", "two", "three", "four", "five"],
  });
  for (const average of ["macro", "micro", "weighted"] as const) {
    expect([report.rocAuc[average], report.averagePrecision[average]]).toBeAllclose(
      [multilabel[average] as number, multilabel[`ap_${average}`] as number],
      { rtol },
    );
  }
  const { labels, a } = readPaired();
  const { observed, predicted } = calibrationCurve(labels, sigmoid(a), { bins: 10 });
  expect(observed).toBeAllclose(calibration[0], { rtol });
  expect(predicted).toBeAllclose(calibration[1], { rtol });
});
