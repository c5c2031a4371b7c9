import type { Table } from "apache-arrow";
import { predictedFindings, predictionMatrices } from "./predictionMatrices.js";

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
    const labels = Array.from(predictionMatrices(table, [finding], rows).labels.data);
    const count = (value: number) => labels.filter((label) => label === value).length;
    return { finding, numPositives: count(1), numNegatives: count(0) };
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
