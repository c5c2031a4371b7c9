import type { CompiledStep } from "@cxrkit/runtime";
import type { Notices } from "./_notices.js";
import { padBatch } from "./_padBatch.js";
import type { RunPlan } from "./_planRun.js";
import { readBatches } from "./_readBatches.js";
import type { Batch } from "./BatchSource.js";
import type { StepRecord } from "./FitResult.js";

/** What an epoch's updates gave. */
export interface TrainedEpoch {
  readonly step: number;
  readonly numSteps: number;
  readonly numImages: number;
  readonly trainLoss: number;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
}

/** Makes all updates of one epoch. */
export async function trainEpoch(
  plan: RunPlan,
  compiled: CompiledStep,
  start: { readonly epoch: number; readonly step: number; readonly stepsPerEpoch: number },
  notices: Notices,
  onStep: ((record: StepRecord) => void) | undefined,
): Promise<TrainedEpoch> {
  const { epoch, stepsPerEpoch } = start;
  const expectation = {
    subject: "fit: train",
    model: plan.model,
    batchSize: plan.batchSize,
  };
  const began = plan.now();
  const sums = { loss: 0, labels: 0, images: 0 };
  let step = start.step;
  let learningRate = 0;
  let imagesPerSecond = 0;
  for await (const batch of readBatches(plan.train, { epoch, start: 0 }, expectation)) {
    plan.signal?.throwIfAborted();
    learningRate = rateAt(plan, step);
    const { loss, gradientNorm, numLabels } = await runStep(plan, compiled, batch, step, learningRate, epoch);
    step += 1;
    sums.loss += loss * numLabels;
    sums.labels += numLabels;
    sums.images += batch.imageIds.length;
    const seconds = (plan.now() - began) / 1000;
    imagesPerSecond = seconds > 0 ? sums.images / seconds : 0;
    const stepInEpoch = step - start.step;
    const toGo = Math.max(stepsPerEpoch - stepInEpoch, 0) + (plan.epochs - epoch) * stepsPerEpoch;
    notices.call(onStep, {
      epoch,
      step,
      stepInEpoch,
      stepsPerEpoch,
      loss,
      learningRate,
      gradientNorm,
      imagesPerSecond,
      secondsLeft: (toGo * seconds) / stepInEpoch,
    });
  }
  return {
    step,
    numSteps: step - start.step,
    numImages: sums.images,
    trainLoss: sums.loss / sums.labels,
    learningRate,
    imagesPerSecond,
  };
}

function rateAt({ schedule }: RunPlan, step: number): number {
  const rate = schedule(step);
  if (!Number.isFinite(rate) || rate < 0)
    throw new RangeError(`fit: learningRate must be finite and at least 0, got ${rate} at step ${step}`);
  return rate;
}

async function runStep(
  { batchSize, betas }: RunPlan,
  compiled: CompiledStep,
  batch: Batch,
  step: number,
  learningRate: number,
  epoch: number,
): Promise<{ loss: number; gradientNorm: number | undefined; numLabels: number }> {
  const { images, labels, mask, numLabels } = padBatch(batch, batchSize);
  const outputs = await compiled.run({
    images,
    labels,
    mask,
    learningRate: Float32Array.of(learningRate),
    biasCorrection1: Float32Array.of(1 - betas[0] ** (step + 1)),
    biasCorrection2: Float32Array.of(1 - betas[1] ** (step + 1)),
  });
  const loss = outputs.loss?.data[0] as number;
  const gradientNorm = outputs.gradientNorm?.data[0];
  if (!Number.isFinite(loss)) throw notFinite("loss", loss, batch, step, epoch);
  if (gradientNorm !== undefined && !Number.isFinite(gradientNorm))
    throw notFinite("gradient norm", gradientNorm, batch, step, epoch);
  return { loss, gradientNorm, numLabels };
}

function notFinite(
  subject: string,
  value: number,
  { imageIds }: Batch,
  step: number,
  epoch: number,
): RangeError {
  return new RangeError(
    `fit: ${subject} must be finite, got ${value} at step ${step + 1} (epoch ${epoch}) on the images ${imageIds.join(", ")}; look at these images, or lower the learning rate`,
  );
}
