import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { openRuntime, type Runtime } from "@cxrkit/runtime";
import { type Batch, type BatchSource, type FitPlan, planFit } from "@cxrkit/training";
import { imageShape, initialParameters, type VitConfig } from "@cxrkit/vit";
import { fitOptions } from "../fitSetup.js";
import { stageFile } from "../graph/stageFile.js";
import type { Recipe, Study } from "../StudyRecord.js";
import { tensorFile } from "../tensorFile.js";
import { trainableVit } from "../trainableVit.js";
import { writeFileAtomic } from "../writeFileAtomic.js";

/** What a few updates of a model took. */
export interface TrainingMeasure {
  readonly engine: string;
  readonly host: string;
  /** Number of images of the batches that were timed. */
  readonly batchSize: number;
  /** Seconds of one training image, and of one that is only scored. */
  readonly secondsPerTrainingImage: number;
  readonly secondsPerScoredImage: number;
  /** Memory of a training with its own batch size, in bytes; the part of the batch is scaled up from the measured one. */
  readonly memoryBytes: number;
  /** Most bytes that a run folder holds. */
  readonly diskBytes: number;
}

/** Largest batch that is tried of a model of this width or wider, where a processor computes. */
const widthOfLarge = 384;
const batchOfLarge = 2;

/**
 * Times a few updates on made-up images. The result is kept in `plan/` of the study's folder, by model, batch, engine and
 * machine.
 */
export async function measureTraining(
  study: Study,
  config: VitConfig,
  recipe: Recipe,
): Promise<TrainingMeasure> {
  const { width, depth, patchSize, imageSize, numClasses } = config;
  const shape = [width, depth, patchSize, String(imageSize), numClasses].join(" ");
  const name = stageFile(`${shape} batch ${recipe.batchSize} ${study.engine} ${hostname()}`);
  const path = join(study.folder, "plan", `${name}.json`);
  try {
    return JSON.parse(await readFile(path, "utf8")) as TrainingMeasure;
  } catch {
    const measured = await measure(study, config, recipe);
    await writeFileAtomic(path, `${JSON.stringify(measured, null, 2)}\n`);
    return measured;
  }
}

async function measure(study: Study, config: VitConfig, recipe: Recipe): Promise<TrainingMeasure> {
  const runtime = await openRuntime(study.engine);
  const batchSize = triedBatch(runtime, config, recipe);
  const images = madeUpImages(config, batchSize);
  const plan = await planFit(
    trainableVit(config, initialParameters(config, study.seed), null),
    { train: images, validation: images },
    {
      ...fitOptions(study, { ...recipe, batchSize }, images.numImages),
      runtime,
      folder: join(study.folder, "plan"),
      tensorFile,
    },
    { numTrialSteps: 2 },
  );
  return {
    engine: runtime.description,
    host: hostname(),
    batchSize,
    secondsPerTrainingImage: plan.secondsPerStep / batchSize,
    secondsPerScoredImage: plan.secondsPerValidation / images.numImages,
    memoryBytes: memoryOf(plan, recipe.batchSize / batchSize),
    diskBytes: plan.diskBytes,
  };
}

function triedBatch({ name }: Runtime, { width }: VitConfig, { batchSize }: Recipe): number {
  const isProcessor = name === "onnx-cpu" || name === "tfjs-node" || name === "wasm" || name === "cpu";
  return isProcessor && width >= widthOfLarge ? Math.min(batchOfLarge, batchSize) : batchSize;
}

function memoryOf({ stateBytes, memoryBytes }: FitPlan, factor: number): number {
  return Math.round(stateBytes + Math.max(memoryBytes - stateBytes, 0) * factor);
}

/** As many grey images of noise as are asked for. */
function madeUpImages(config: VitConfig, batchSize: number): BatchSource {
  const [height, width] = imageShape(config);
  const { numClasses } = config;
  const batch: Batch = {
    images: Uint8Array.from({ length: batchSize * height * width }, (_, i) => (i * 2654435761) >>> 24),
    labels: Float32Array.from({ length: batchSize * numClasses }, (_, i) => i % 2),
    imageIds: Array.from({ length: batchSize }, (_, i) => `image ${i}`),
    patientIds: Array.from({ length: batchSize }, (_, i) => `patient ${i}`),
  };
  return {
    numImages: 4 * batchSize,
    findings: Array.from({ length: numClasses }, (_, k) => `finding ${k}`),
    async *batches() {
      for (let i = 0; i < 4; i++) yield batch;
    },
  };
}
