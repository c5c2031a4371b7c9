import type { DescribedFinding } from "./ModelDescription.js";

/**
 * What a score means, in a sentence: of the drawn validation images with about this score, how many had the finding. The
 * bin is the one whose mean score is nearest.
 */
export function statementOf({ finding, calibration }: DescribedFinding, score: number): string {
  const words = finding.replaceAll("_", " ");
  const [first, ...rest] = calibration;
  if (first === undefined) return `No validation image says what a score means for ${words}.`;
  const bin = rest.reduce(
    (near, other) => (Math.abs(other.score - score) < Math.abs(near.score - score) ? other : near),
    first,
  );
  const share = Math.round(bin.share * 100);
  return `Of ${bin.count} drawn images with about this score, ${share} % had ${words}.`;
}
