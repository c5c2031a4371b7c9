import {
  comparisonTable,
  differenceFigure,
  forestFigure,
  type ReportSection,
  type RocPanel,
  rocGrid,
} from "@cxrkit/report";
import type { Comparison } from "@cxrkit/statistics";
import type { Table } from "apache-arrow";
import { predictionMatrices } from "../predictionMatrices.js";
import type { ComparisonRecord } from "../stages/compareStage.js";

/** What came out: numbers, intervals, and the curves behind them. */
export async function resultSections(
  { comparison, leftOut }: ComparisonRecord,
  predictions: ReadonlyMap<string, Table>,
): Promise<ReportSection[]> {
  const hasPairs = comparison.pairs.length > 0;
  const few = leftOut.map(({ finding, numPositives }) => `${finding.replaceAll("_", " ")} (${numPositives})`);
  return [
    {
      id: "results",
      title: "Results",
      lead: "Area under the ROC curve on the test images, finding by finding.",
      content: [
        comparisonTable(comparison),
        ...(few.length > 0
          ? [`Left out because too few test images show them, with their number: ${few.join(", ")}.`]
          : []),
      ],
    },
    {
      id: "intervals",
      title: hasPairs ? "Intervals and differences" : "Intervals",
      content: [
        await forestFigure(comparison, { title: "Area under the ROC curve with its interval" }),
        ...(hasPairs
          ? [await differenceFigure(comparison, { title: "Differences on the same resamples of patients" })]
          : []),
      ],
    },
    {
      id: "curves",
      title: "ROC curves",
      content: [await rocGrid(panelsOf(comparison, predictions), { title: "ROC curves by finding" })],
    },
  ];
}

function panelsOf({ models }: Comparison, predictions: ReadonlyMap<string, Table>): RocPanel[] {
  const findings = Object.values(models)[0]?.perFinding ?? [];
  return findings.map(({ finding }, k) => ({
    finding,
    curves: [...predictions].map(([name, table]) => {
      const { labels, scores } = predictionMatrices(table, [finding]);
      return { name, labels: labels.data, scores: scores.data, estimate: models[name]!.perFinding[k]! };
    }),
  }));
}
