import type { CompiledStep, NamedArray } from "@cxrkit/runtime";
import type { BestRecord } from "./_checkpoint.js";
import { evaluate, meanLoss, sigmoid } from "./_evaluate.js";
import type { Notices } from "./_notices.js";
import type { RunPlan, Scoring } from "./_planRun.js";
import type { ValidationRecord } from "./FitResult.js";

/** Scores the validation images with some parameters. */
export async function validateOnce(
  plan: RunPlan,
  forward: CompiledStep,
  parameters: ReadonlyMap<string, NamedArray>,
): Promise<{ readonly loss: number; readonly score: number | undefined }> {
  const { caller, batchSize, signal, scoring } = plan;
  const { model, source, loss, positiveWeights, validate, watch } = scoring as Scoring;
  await forward.writeState(parameters);
  const expectation = { subject: `${caller}: validation`, model, batchSize };
  const evaluation = await evaluate(forward, source, { ...expectation, signal });
  const { labels, logits, rows, columns } = evaluation;
  const score = validate?.({ data: labels, rows, columns }, { data: sigmoid(logits), rows, columns });
  if (score !== undefined) watch?.(labels, score);
  return { loss: meanLoss(evaluation, positiveWeights, loss.ofNumbers), score };
}

/** What is compared between validations. */
export function monitored({ monitor }: RunPlan, { loss, score }: ValidationRecord): number {
  return monitor === "score" ? (score as number) : loss;
}

/** Whether a value beats another by more than a margin; NaN and infinities beat nothing. */
export function isBetter({ monitor }: RunPlan, value: number, than: number | undefined, margin = 0): boolean {
  if (!Number.isFinite(value)) return false;
  if (than === undefined) return true;
  return monitor === "score" ? value > than + margin : value < than - margin;
}

/** The best validations with one more considered; of equal ones the earlier is the better. */
export function ranked(
  plan: RunPlan,
  bests: readonly BestRecord[],
  { epoch, step }: { readonly epoch: number; readonly step: number },
  value: number,
): readonly BestRecord[] {
  if (!Number.isFinite(value)) return bests;
  const rank = bests.findIndex((best) => isBetter(plan, value, best.value));
  const at = rank === -1 ? bests.length : rank;
  return [...bests.slice(0, at), { epoch, step, value }, ...bests.slice(at)].slice(
    0,
    plan.folder?.keepBest ?? 1,
  );
}

/** Whether so many validations in succession brought no improvement that the run ends. */
export function isExhausted(plan: RunPlan, validations: readonly ValidationRecord[]): boolean {
  let reference: number | undefined;
  let waited = 0;
  for (const validation of validations) {
    const value = monitored(plan, validation);
    if (isBetter(plan, value, reference, plan.minDelta)) {
      reference = value;
      waited = 0;
    } else waited += 1;
    if (waited >= plan.patience) return true;
  }
  return false;
}

/** Says of a validation that is not a number that it cannot be the best. */
export function warnOfNoNumber(
  { caller, monitor }: RunPlan,
  epoch: number,
  value: number,
  notices: Notices,
): void {
  if (!Number.isFinite(value))
    notices.warn(
      `${caller}: the validation ${monitor} of epoch ${epoch} must be finite, got ${value}; the epoch cannot become the best`,
    );
}
