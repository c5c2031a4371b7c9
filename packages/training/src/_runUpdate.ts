import { blamedParameter } from "./_blame.js";
import { type LossScale, lossScaleOf, nextLossScale } from "./_lossScale.js";
import { optimizerValues } from "./_optimizer.js";
import type { RunPlan } from "./_planRun.js";
import { leavesOut } from "./_trainStep.js";
import type { TrainSteps } from "./_trainSteps.js";
import type { Batch } from "./BatchSource.js";

/** Which update of a run is made. */
export interface UpdatePosition {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Number of updates made before it. */
  readonly step: number;
  /** Number of those that were left out. */
  readonly numSkipped: number;
  /** Factor on the loss as the last update left it; undefined before the first, and when the loss is not scaled. */
  readonly lossScale?: LossScale | undefined;
  /** What was done of the epoch. */
  readonly sums: { readonly batches: number };
}

/** What an update gave. */
export interface Update {
  readonly loss: number;
  readonly gradientNorm: number | undefined;
  /** How much the update counts in its epoch. */
  readonly weight: number;
  /** Scalars that the objective reports, means over the update's batches. */
  readonly watched: Readonly<Record<string, number>>;
  readonly learningRate: number;
  readonly skipped: boolean;
  /** Factor on the loss; undefined when it is not scaled. */
  readonly lossScale: number | undefined;
  /** Factor on the next loss. */
  readonly nextLossScale: LossScale | undefined;
}

function rateAt({ caller, schedule }: RunPlan, step: number): number {
  const rate = schedule(step);
  if (!Number.isFinite(rate) || rate < 0)
    throw new RangeError(
      `${caller}: learningRate must be finite and at least 0, got ${rate} at step ${step}`,
    );
  return rate;
}

/** Makes one update. */
export async function runUpdate(
  whole: RunPlan,
  steps: TrainSteps,
  group: readonly Batch[],
  { epoch, step, numSkipped, lossScale: before, sums }: UpdatePosition,
): Promise<Update> {
  const learningRate = rateAt(whole, step);
  const number = step + 1 - numSkipped;
  const { plan, compiled } = await steps.at(number - 1);
  const { objective } = plan;
  const fed = group.map((batch, i) => objective.feed(batch, { epoch, step, batch: sums.batches + i }));
  const weight = fed.reduce((sum, batch) => sum + batch.weight, 0);
  const several = plan.accumulate > 1;
  const lossScale = lossScaleOf(plan.lossScaling, before)?.scale;
  const watched: Record<string, number> = {};
  let loss = 0;
  let gradientNorm: number | undefined;
  let skipped = false;
  for (const [i, { values, weight: own }] of fed.entries()) {
    const share = own / Math.max(weight, 1);
    const last = i === fed.length - 1;
    const outputs = await compiled.run({
      ...values,
      learningRate: Float32Array.of(learningRate),
      ...optimizerValues(plan, number),
      ...(plan.ema === undefined ? {} : { averageGain: Float32Array.of(averageGain(plan.ema, number)) }),
      ...(lossScale === undefined ? {} : { lossScale: Float32Array.of(lossScale) }),
      ...(several ? { share: Float32Array.of(share), apply: Float32Array.of(last ? 1 : 0) } : {}),
    });
    const lossHere = outputs.loss?.data[0] as number;
    loss = several ? loss + share * lossHere : lossHere;
    for (const name of objective.watched)
      watched[name] = (watched[name] ?? 0) + (several ? share : 1) * (outputs[name]?.data[0] as number);
    gradientNorm = outputs.gradientNorm?.data[0];
    if (leavesOut(plan)) skipped = last && outputs.finite?.data[0] !== 1;
    if (plan.onNonFinite === "skip") continue;
    const normIsHeld = last && lossScale === undefined;
    const wrong = Number.isFinite(lossHere) ? (normIsHeld ? gradientNorm : undefined) : lossHere;
    if (wrong === undefined || Number.isFinite(wrong)) continue;
    const subject = Number.isFinite(lossHere) ? "gradient norm" : "loss";
    const blamed = await blamedParameter(plan, compiled, outputs);
    throw new RangeError(
      `${plan.caller}: ${subject} must be finite, got ${wrong} at step ${step + 1} (epoch ${epoch}) on the images ${idsOf([group[i] as Batch])}; look at these images, or lower the learning rate${blamed}`,
    );
  }
  const next = nextLossScale(plan.lossScaling, before, skipped);
  return { loss, gradientNorm, weight, watched, learningRate, skipped, lossScale, nextLossScale: next };
}

function averageGain({ decay, warmUp }: NonNullable<RunPlan["ema"]>, number: number): number {
  return 1 - (warmUp ? Math.min(decay, (1 + number) / (10 + number)) : decay);
}

/** The images of some batches, for a message. */
export function idsOf(group: readonly Batch[]): string {
  return group.flatMap(({ imageIds }) => imageIds).join(", ");
}
