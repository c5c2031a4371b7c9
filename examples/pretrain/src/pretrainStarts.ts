import type { NamedArray, Runtime } from "@cxrkit/runtime";
import {
  cosineSchedule,
  fit,
  type PretrainDinoResult,
  pretrainDino,
  type StepRecord,
} from "@cxrkit/training";
import { initialParameters, type VitConfig, vitPresets } from "@cxrkit/vit";
import type { GreyImages } from "./drawNaturalImages.js";
import { greySource } from "./greySource.js";
import { pretrainableVit, sideOf, trainableVit } from "./greyVit.js";

/** The transformer that is pretrained. */
export const config: VitConfig = vitPresets.tiny;

/** How long and on what a start is pretrained. */
export interface PretrainOptions {
  readonly runtime: Runtime;
  readonly epochs: number;
  readonly seed: number;
  readonly batchSize?: number;
  /** Whether the student is also asked of patches that it does not see (iBOT). */
  readonly ibot?: boolean;
  readonly onStep?: (record: StepRecord) => void;
}

/** Parameters drawn from a seed, without the head of a task. */
export function randomStart(seed: number, own: VitConfig = config): Map<string, NamedArray> {
  return new Map([...initialParameters(own, seed)].filter(([name]) => !name.startsWith("head.")));
}

/** Pretrains without labels, on images larger than the transformer's. */
export function pretrainWithoutLabels(
  images: GreyImages,
  { runtime, epochs, seed, batchSize = 32, ibot = false, onStep }: PretrainOptions,
): Promise<PretrainDinoResult> {
  const own = { ...config, maskToken: ibot };
  const train = greySource(images, batchSize, seed);
  const numSteps = epochs * Math.ceil(images.patients.length / batchSize);
  return pretrainDino(
    pretrainableVit(own, randomStart(seed, own)),
    { train, imageSize: [images.size, images.size] },
    {
      runtime,
      epochs,
      batchSize,
      seed,
      learningRate: cosineSchedule({
        peak: 1e-3,
        numSteps,
        numWarmUpSteps: Math.floor(numSteps / 10),
        final: 1e-5,
      }),
      weightDecay: 0.04,
      maxGradientNorm: 3,
      crops: {
        globalSize: sideOf(config),
        localSize: sideOf(config) / 2,
        numLocal: 2,
        globalScale: [0.3, 1],
        localScale: [0.05, 0.3],
        blur: 0.3,
        blurSigma: [0.1, 0.8],
      },
      head: { hiddenDim: 256, bottleneckDim: 64, numPrototypes: 1024 },
      teacherMomentum: 0.99,
      teacherTemperature: 0.04,
      balance: "sinkhorn-knopp",
      ...(ibot ? { ibot: {} } : {}),
      ...(onStep === undefined ? {} : { onStep }),
    },
  );
}

/** Pretrains on labels, and leaves the head of those labels off. */
export async function pretrainOnLabels(
  images: GreyImages,
  { runtime, epochs, seed, batchSize = 32, onStep }: PretrainOptions,
): Promise<ReadonlyMap<string, NamedArray>> {
  const own = { ...config, numClasses: images.findings.length };
  const numSteps = epochs * Math.ceil(images.patients.length / batchSize);
  const { parameters } = await fit(
    trainableVit(own, initialParameters(own, seed)),
    { train: greySource(images, batchSize, seed) },
    {
      runtime,
      epochs,
      batchSize,
      seed,
      learningRate: cosineSchedule({ peak: 1e-3, numSteps, numWarmUpSteps: Math.floor(numSteps / 10) }),
      weightDecay: 0.05,
      maxGradientNorm: 1,
      ...(onStep === undefined ? {} : { onStep }),
    },
  );
  return new Map([...parameters].filter(([name]) => !name.startsWith("head.")));
}
