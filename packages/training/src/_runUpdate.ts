import type { CompiledStep } from "@cxrkit/runtime";
import { blamedParameter } from "./_blame.js";
import { optimizerValues } from "./_optimizer.js";
import { padBatch } from "./_padBatch.js";
import type { RunPlan } from "./_planRun.js";
import type { Batch } from "./BatchSource.js";

/** Which update of a run is made. */
export interface UpdatePosition {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Number of updates made before it. */
  readonly step: number;
  /** Number of those that were left out. */
  readonly numSkipped: number;
}

/** What an update gave. */
export interface Update {
  readonly loss: number;
  readonly gradientNorm: number | undefined;
  readonly numLabels: number;
  readonly learningRate: number;
  readonly skipped: boolean;
}

function rateAt({ schedule }: RunPlan, step: number): number {
  const rate = schedule(step);
  if (!Number.isFinite(rate) || rate < 0)
    throw new RangeError(`fit: learningRate must be finite and at least 0, got ${rate} at step ${step}`);
  return rate;
}

/** Makes one update. */
export async function runUpdate(
  plan: RunPlan,
  compiled: CompiledStep,
  group: readonly Batch[],
  { epoch, step, numSkipped }: UpdatePosition,
): Promise<Update> {
  const learningRate = rateAt(plan, step);
  const number = step + 1 - numSkipped;
  const padded = group.map((batch) => padBatch(batch, plan.batchSize));
  const numLabels = padded.reduce((sum, batch) => sum + batch.numLabels, 0);
  const several = plan.accumulate > 1;
  let loss = 0;
  let gradientNorm: number | undefined;
  let skipped = false;
  for (const [i, { images, labels, mask, numLabels: own }] of padded.entries()) {
    const share = own / Math.max(numLabels, 1);
    const last = i === padded.length - 1;
    const outputs = await compiled.run({
      images,
      labels,
      mask,
      learningRate: Float32Array.of(learningRate),
      ...optimizerValues(plan, number),
      ...(plan.ema === undefined ? {} : { averageGain: Float32Array.of(averageGain(plan.ema, number)) }),
      ...(several ? { share: Float32Array.of(share), apply: Float32Array.of(last ? 1 : 0) } : {}),
    });
    const lossHere = outputs.loss?.data[0] as number;
    loss = several ? loss + share * lossHere : lossHere;
    gradientNorm = outputs.gradientNorm?.data[0];
    if (plan.onNonFinite === "skip") {
      skipped = last && outputs.finite?.data[0] !== 1;
      continue;
    }
    const wrong = Number.isFinite(lossHere) ? (last ? gradientNorm : undefined) : lossHere;
    if (wrong === undefined || Number.isFinite(wrong)) continue;
    const subject = Number.isFinite(lossHere) ? "gradient norm" : "loss";
    const blamed = await blamedParameter(plan, compiled, outputs);
    throw new RangeError(
      `fit: ${subject} must be finite, got ${wrong} at step ${step + 1} (epoch ${epoch}) on the images ${idsOf([group[i] as Batch])}; look at these images, or lower the learning rate${blamed}`,
    );
  }
  return { loss, gradientNorm, numLabels, learningRate, skipped };
}

function averageGain({ decay, warmUp }: NonNullable<RunPlan["ema"]>, number: number): number {
  return 1 - (warmUp ? Math.min(decay, (1 + number) / (10 + number)) : decay);
}

/** The images of some batches, for a message. */
export function idsOf(group: readonly Batch[]): string {
  return group.flatMap(({ imageIds }) => imageIds).join(", ");
}
