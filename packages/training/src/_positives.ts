import { requireInteger } from "./_check.js";
import type { Notices } from "./_notices.js";
import type { RunPlan, Scoring } from "./_planRun.js";
import type { BatchSource } from "./BatchSource.js";

/** Rejects counts of positive labels that are none. */
export function requirePositives(
  caller: string,
  subject: string,
  { positives, findings }: BatchSource,
): void {
  if (positives === undefined) return;
  if (positives.length !== findings.length)
    throw new RangeError(
      `${caller}: ${subject}.positives must hold ${findings.length} counts, one a finding, got ${positives.length}`,
    );
  for (const [column, count] of positives.entries())
    requireInteger(caller, `${subject}.positives[${column}] (${findings[column]})`, count, 0);
}

/**
 * What looks at the labels of the validation images, once: it names the findings without a positive one, for which most
 * scores are not defined, and ends a run whose best epoch could never be known. Where the source counts its positives
 * that happens here, before the first update.
 */
export function watchPositives({ caller, scoring, monitor }: RunPlan, notices: Notices): Scoring["watch"] {
  const { source, validate } = scoring ?? {};
  if (source === undefined || validate === undefined) return undefined;
  const { findings, positives } = source;
  const tell = (counts: readonly number[], score: number) => {
    const absent = findings.filter((_, column) => counts[column] === 0);
    if (absent.length === 0) return;
    if (absent.length === findings.length && monitor === "score" && !Number.isFinite(score))
      throw new RangeError(
        `${caller}: validation must hold a positive label of at least one finding where monitor is "score", got none of ${absent.join(", ")}; give other images, or monitor "loss"`,
      );
    notices.warn(
      `${caller}: validation holds no positive label of ${absent.join(", ")}; a score that needs one, such as an AUROC, is not defined there`,
    );
  };
  if (positives !== undefined) {
    tell(positives, Number.NaN);
    return undefined;
  }
  let told = false;
  return (labels, score) => {
    if (told) return;
    told = true;
    tell(countPositives(labels, findings.length), score);
  };
}

function countPositives(labels: Float32Array, columns: number): number[] {
  const counts = new Array<number>(columns).fill(0);
  for (const [i, label] of labels.entries())
    if (label === 1) counts[i % columns] = (counts[i % columns] as number) + 1;
  return counts;
}
