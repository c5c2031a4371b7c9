import {
  crossDatasetFigure,
  expandable,
  type ReportSection,
  type ResultsRow,
  resultsTable,
} from "@cxrkit/report";
import type { MeasureComparison } from "@cxrkit/statistics";
import type { ComparisonRecord, StudyResults } from "../results.js";
import { comparedName } from "./comparedName.js";
import { plainName } from "./plainName.js";

const measureNames: Readonly<Record<string, string>> = {
  averagePrecision: "Average precision",
  accuracy: "Accuracy",
  sensitivity: "Sensitivity",
  specificity: "Specificity",
  f1: "F1",
};

/** The means over findings in a short table, every number in one that opens, and models on other datasets than their own. */
export async function resultsSection({ comparisons, protocol, cross }: StudyResults): Promise<ReportSection> {
  const rows = comparisons.flatMap((record) => rowsOf(record, protocol, comparedName(record, comparisons)));
  const means = rows.filter(({ finding }) => finding === plainName("macro"));
  const starts = [...new Set(cross.map(({ start }) => start))];
  const figures = starts.map((start) => {
    const cells = cross.filter((cell) => cell.start === start);
    return crossDatasetFigure(
      cells.map(({ train, test, macro: { estimate, lower, upper } }) => ({
        train,
        test,
        estimate,
        lower,
        upper,
      })),
      { title: `${start}: trained on one collection, tested on each` },
    );
  });
  return {
    id: "results",
    title: "Results",
    lead: "Every collection and start. AUROC is the area under the ROC curve.",
    content: [
      resultsTable(
        means.map(({ finding: _, ...row }) => row),
        {
          title: "Means over the findings, on the test images",
          layout: "wide",
          notes: ["P values are of the difference from the first start of the comparison."],
        },
      ),
      expandable("Every finding and measure, with standard deviations and p values", [
        resultsTable(rows, {
          title: "Results on the test images",
          notes: [
            "P values are of the difference from the first start of the comparison, by AUROC and the other measures alike.",
            "n counts test images.",
          ],
        }),
      ]),
      ...(await Promise.all(figures)),
    ],
  };
}

function rowsOf(record: ComparisonRecord, protocol: string, dataset: string): ResultsRow[] {
  const comparison = protocol === "as-published" ? record.published : record.comparison;
  const areas = measureRows(record, dataset, "AUROC", comparison);
  const more = Object.entries(comparison.measures ?? {}).flatMap(([name, measured]) =>
    measureRows(record, dataset, measureNames[name] ?? name, measured),
  );
  return [...areas, ...more];
}

function measureRows(
  { numImages }: ComparisonRecord,
  dataset: string,
  measure: string,
  { models, pairs }: MeasureComparison,
): ResultsRow[] {
  const [first] = Object.keys(models);
  return Object.entries(models).flatMap(([start, { perFinding, macro }]) => {
    const pair = pairs.find(({ a, b }) => a === first && b === start);
    const differences = pair === undefined ? [] : [...pair.perFinding, pair.macro];
    return [...perFinding, macro].map((estimate, k): ResultsRow => {
      const difference = differences[k];
      return {
        dataset,
        start,
        finding: plainName(estimate.finding),
        measure,
        estimate: estimate.estimate,
        mean: estimate.mean,
        sd: estimate.standardDeviation,
        lower: estimate.lower,
        upper: estimate.upper,
        ...(difference === undefined
          ? {}
          : { pValue: difference.pValue, adjustedPValue: difference.adjustedPValue }),
        n: numImages - (estimate.finding === "macro" ? 0 : estimate.numMissing),
      };
    });
  });
}
