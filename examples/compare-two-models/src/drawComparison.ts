import { comparisonTable, differenceFigure, forestFigure, htmlReport, rocGrid } from "@cxrkit/report";
import { columnOf, type PredictionComparison } from "./comparePredictions.js";

/** The comparison as one HTML page. */
export async function drawComparison(
  { comparison, findings, labels, scores }: PredictionComparison,
  generated: string,
): Promise<string> {
  const names = Object.keys(scores);
  const panels = findings.map((finding, k) => ({
    finding,
    curves: names.map((name) => ({
      name,
      labels: columnOf(labels, k),
      scores: columnOf(scores[name]!, k),
      estimate: comparison.models[name]!.perFinding[k]!,
    })),
  }));
  const summary = comparison.pairs.map(
    ({ a, b, macro }) =>
      `${a} minus ${b}: mean AUROC ${macro.difference.toFixed(3)} (${macro.lower.toFixed(3)} to ${macro.upper.toFixed(3)}), p ${macro.adjustedPValue.toFixed(3)}.`,
  );
  return htmlReport({
    title: `${names.join(" and ")} on ${labels.rows} images`,
    summary,
    generated,
    sections: [
      { id: "results", title: "Results", content: [comparisonTable(comparison)] },
      {
        id: "intervals",
        title: "Intervals",
        content: [
          await forestFigure(comparison, { title: "Area under the ROC curve" }),
          await differenceFigure(comparison, { title: "Differences on the same resamples of patients" }),
        ],
      },
      {
        id: "curves",
        title: "ROC curves",
        content: [await rocGrid(panels, { title: "ROC curves by finding" })],
      },
    ],
    provenance: [{ label: "Seed", value: String(comparison.method.seed) }],
  });
}
