import { applyLabelPolicy, type LabelPolicy, type Manifest } from "@cxrkit/datasets";

/** Training labels of one finding: known ones, and positive ones among them. */
export interface TrainingCount {
  readonly numLabels: number;
  readonly numPositives: number;
}

/**
 * Counts the training labels of every finding.
 *
 * @param withValidation - Whether the release's validation images are for training.
 */
export function trainingCounts(
  { table, findings }: Manifest,
  policy: LabelPolicy,
  withValidation: boolean,
): Record<string, TrainingCount> {
  const splits = Array.from(table.getChild("split") ?? [], String);
  const isTraining = (split: string) => split === "train" || (withValidation && split === "valid");
  const rows = [...splits.keys()].filter((row) => isTraining(splits[row] as string));
  const entries = findings.map((finding) => {
    const { data } = applyLabelPolicy(table, { findings: [finding], rows, policy });
    const known = data.filter((label) => !Number.isNaN(label));
    return [finding, { numLabels: known.length, numPositives: known.filter((label) => label === 1).length }];
  });
  return Object.fromEntries(entries) as Record<string, TrainingCount>;
}

/** Weight of the positive labels, (N − P) / P; 1 where there is no positive, as in `positiveWeights`. */
export function positiveWeight({ numLabels, numPositives }: TrainingCount): number {
  return numPositives === 0 ? 1 : Math.fround((numLabels - numPositives) / numPositives);
}
