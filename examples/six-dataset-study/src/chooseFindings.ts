import type { Table } from "apache-arrow";
import { predictedFindings } from "./predictionMatrices.js";

/** Findings of a comparison, and those that have too few positives to say anything. */
export interface ChosenFindings {
  readonly findings: readonly string[];
  readonly leftOut: readonly { readonly finding: string; readonly numPositives: number }[];
}

/** Parts the findings of a table of predictions by their number of positives; one without negatives is left out too. */
export function chooseFindings(
  table: Table,
  minimumPositives: number,
  rows?: readonly number[],
): ChosenFindings {
  const counted = predictedFindings(table).map((finding) => {
    const labels = table.getChild(`label:${finding}`);
    const counts = { numPositives: 0, numNegatives: 0 };
    const count = (label: unknown) => {
      if (label === 1) counts.numPositives++;
      else if (label === 0) counts.numNegatives++;
    };
    if (rows === undefined) for (const label of labels ?? []) count(label);
    else for (const row of rows) count(labels?.get(row));
    return { finding, ...counts };
  });
  const isEnough = ({ numPositives, numNegatives }: (typeof counted)[number]) =>
    numPositives >= Math.max(1, minimumPositives) && numNegatives > 0;
  return {
    findings: counted.filter(isEnough).map(({ finding }) => finding),
    leftOut: counted
      .filter((count) => !isEnough(count))
      .map(({ finding, numPositives }) => ({ finding, numPositives })),
  };
}
