import type { ComparisonRecord } from "../stages/compareStage.js";

const three = (value: number) => value.toFixed(3);
const signed = (value: number) => `${value < 0 ? "−" : "+"}${three(Math.abs(value))}`;

/** The answer of a study in a few sentences. */
export function summaryOf({ comparison, numImages }: ComparisonRecord): string[] {
  const { models, pairs, method } = comparison;
  const percent = `${100 * method.coverage} %`;
  const lines: string[] = [];
  for (const { a, b, macro, perFinding } of pairs) {
    const isShown = macro.adjustedPValue < 0.05;
    const [better, worse] = macro.difference >= 0 ? [a, b] : [b, a];
    const verdict = isShown
      ? `${better} reads better than ${worse}`
      : `No difference of ${a} and ${b} is shown`;
    const p = macro.adjustedPValue < 0.001 ? "p < 0.001" : `p = ${three(macro.adjustedPValue)}`;
    const numFindings = perFinding.filter(({ adjustedPValue }) => adjustedPValue < 0.05).length;
    lines.push(
      `${verdict}: the mean AUROC of ${a} minus that of ${b} is ${signed(macro.difference)} (${signed(macro.lower)} to ${signed(macro.upper)}, ${p}); after correction ${numFindings} of ${perFinding.length} findings differ.`,
    );
  }
  for (const [name, { perFinding, macro }] of Object.entries(models)) {
    lines.push(
      `${name}: mean AUROC ${three(macro.estimate)} over ${perFinding.length} findings (${percent} interval ${three(macro.lower)} to ${three(macro.upper)}).`,
    );
  }
  lines.push(
    `${numImages} test images of ${method.numResampled} patients, none of whom is in the training or the validation split.`,
  );
  return lines;
}
