import type { ComparisonRecord, StudyResults } from "../results.js";

const three = (value: number) => value.toFixed(3);
const signed = (value: number) => `${value < 0 ? "−" : "+"}${three(Math.abs(value))}`;

/** The answer of a study in a few sentences. */
export function summaryOf({ comparisons, protocol }: StudyResults): string[] {
  const hasSeveral = comparisons.length > 1;
  return [
    ...comparisons.flatMap((record) =>
      sentencesOf(record, protocol, hasSeveral ? `${record.dataset}: ` : ""),
    ),
    oneTraining,
  ];
}

/** What no resampling of test images can show. */
const oneTraining =
  "Intervals and p values are of these trained models on other patients. How much another training of the same start would differ, from another seed, they do not say.";

function sentencesOf(record: ComparisonRecord, protocol: string, prefix: string): string[] {
  const isPublished = protocol === "as-published";
  const { models, pairs, method } = isPublished ? record.published : record.comparison;
  const lines: string[] = [];
  for (const { a, b, macro, perFinding } of pairs) {
    const value = isPublished ? macro.pValue : macro.adjustedPValue;
    const [better, worse] = macro.difference >= 0 ? [a, b] : [b, a];
    const verdict =
      value < 0.05 ? `${better} reads better than ${worse}` : `no difference of ${a} and ${b} is shown`;
    const p = value < 0.001 ? "p < 0.001" : `p = ${three(value)}`;
    const numFindings = perFinding.filter(({ adjustedPValue }) => adjustedPValue < 0.05).length;
    lines.push(
      `${prefix}${verdict}: the mean AUROC of ${a} minus that of ${b} is ${signed(macro.difference)} (${signed(macro.lower)} to ${signed(macro.upper)}, ${p}); ${isPublished ? "by the published rule" : "after correction"} ${numFindings} of ${perFinding.length} findings differ.`,
    );
  }
  const percent = `${100 * method.coverage} %`;
  for (const [name, { perFinding, macro }] of Object.entries(models)) {
    lines.push(
      `${prefix}${name}: mean AUROC ${three(macro.estimate)} over ${perFinding.length} findings (${percent} interval ${three(macro.lower)} to ${three(macro.upper)}).`,
    );
  }
  const apart = isPublished
    ? "The test images also chose the epoch and the thresholds, as published."
    : "None of the patients is in the training or the validation split.";
  lines.push(
    `${prefix}${record.numImages} test images, ${method.numResampled} ${method.resampled} resampled. ${apart}`,
  );
  return lines.map((line) => line[0]!.toUpperCase() + line.slice(1));
}
