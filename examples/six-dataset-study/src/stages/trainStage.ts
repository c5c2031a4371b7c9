import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  applyLabelPolicy,
  type ImageStore,
  type LabelMatrix,
  openImageStore,
  positiveWeights,
} from "@cxrkit/datasets";
import { openRuntime } from "@cxrkit/runtime";
import { cosineSchedule, type EpochRecord, type FitOptions, fit } from "@cxrkit/training";
import { initialParameters, loadParameters, type NamedArray, type VitConfig } from "@cxrkit/vit";
import { writeSafetensors } from "@cxrkit/weights";
import { imageSource } from "../imageSource.js";
import { macroAuc } from "../macroAuc.js";
import { modelConfig } from "../modelConfig.js";
import { readStart } from "../readStart.js";
import type { Stage, StageContext } from "../Stage.js";
import type { Recipe, Start, Study, StudyDataset } from "../Study.js";
import { tensorFile } from "../tensorFile.js";
import { trainableVit } from "../trainableVit.js";
import { writeFileAtomic } from "../writeFileAtomic.js";
import { storePath } from "./prepareStage.js";

/** What the report shows of a training. */
export interface TrainingRecord {
  readonly findings: readonly string[];
  readonly numTrainingImages: number;
  readonly numValidationImages: number;
  readonly bestEpoch: number;
  readonly history: readonly EpochRecord[];
  readonly engine: string;
}

/** One training of the study: which dataset, from where, how, and the name of its files. */
export interface Training {
  /** Name of the stage. */
  readonly name: string;
  /** Name of the model's files under `models/`. */
  readonly model: string;
  readonly dataset: StudyDataset;
  readonly recipe: Recipe;
  /** File of the weights to begin with; the head is made anew. Without it they are drawn at random. */
  readonly checkpoint?: string;
}

/** The training on the study's `source` dataset that starts `from: "pretraining"` begin with. */
export function pretraining({ source, pretraining: recipe }: Study): Training {
  if (source === undefined)
    throw new RangeError("study: source dataset must be given for a start from pretraining");
  return { name: `pretrain ${source.label}`, model: `pretrained-${source.label}`, dataset: source, recipe };
}

/** The fine-tuning of one start on the study's target dataset. */
export function finetuning(study: Study, start: Start): Training {
  const training = {
    name: `finetune ${start.name}`,
    model: start.name,
    dataset: study.target,
    recipe: study.finetuning,
  };
  if (start.from === "random") return training;
  const checkpoint =
    start.from === "checkpoint" ? start.path : `models/${pretraining(study).model}.safetensors`;
  return { ...training, checkpoint };
}

/** File of what the report shows of a training. */
export function trainingRecordPath({ model }: Training): string {
  return `models/${model}.json`;
}

/** Reads what the report shows of a training. */
export async function readTraining(folder: string, training: Training): Promise<TrainingRecord> {
  return JSON.parse(await readFile(join(folder, trainingRecordPath(training)), "utf8")) as TrainingRecord;
}

/** Trains a model, keeps the weights of the epoch with the best validation, and can be gone on with when it was killed. */
export function trainStage(study: Study, training: Training): Stage {
  const { dataset, recipe, checkpoint, model } = training;
  const store = storePath(study, dataset);
  const { preset, imageSize, seed, engine } = study;
  return {
    name: training.name,
    version: 2,
    options: { preset, imageSize, seed, engine, recipe },
    inputs: [store, ...(checkpoint === undefined ? [] : [checkpoint])],
    outputs: [`models/${model}.safetensors`, trainingRecordPath(training)],
    async run(context) {
      const images = await openImageStore(join(study.folder, store));
      try {
        await train(study, training, images, context);
      } finally {
        await images.close();
      }
    },
  };
}

async function train(
  study: Study,
  training: Training,
  images: ImageStore,
  context: StageContext,
): Promise<void> {
  const { folder, engine, seed } = study;
  const { recipe, model } = training;
  const { findings, labels } = trainingLabels(images);
  const config = modelConfig(study, findings.length);
  const { batchSize } = recipe;
  const train = imageSource(images, {
    split: "train",
    findings,
    batchSize,
    seed,
    augment: { flip: true, rotationDegrees: recipe.rotationDegrees, shift: recipe.shift },
  });
  const validation = imageSource(images, { split: "valid", findings, batchSize });
  const runtime = await openRuntime(engine);
  const result = await fit(
    trainableVit(config, await startingParameters(study, training, config)),
    { train, validation },
    {
      ...schedule(recipe, train.numImages),
      runtime,
      positiveWeights: positiveWeights(labels),
      validate: macroAuc,
      folder: join(folder, "runs", `${model}-${context.key.slice(0, 8)}`),
      tensorFile,
      seed,
      signal: context.signal,
      onStep: ({ epoch, step, stepsPerEpoch, loss, imagesPerSecond, secondsLeft }) =>
        context.progress(
          step,
          recipe.epochs * stepsPerEpoch,
          `epoch ${epoch}, loss ${loss.toFixed(2)}, ${imagesPerSecond.toFixed(0)} images/s, ${secondsLeft.toFixed(0)} s left`,
        ),
      onWarning: context.note,
    },
  );
  const best = result.best ?? { epoch: recipe.epochs, value: Number.NaN, parameters: result.parameters };
  await mkdir(join(folder, "models"), { recursive: true });
  await writeSafetensors(join(folder, `models/${model}.safetensors`), best.parameters, {
    findings: findings.join(),
  });
  const record: TrainingRecord = {
    findings,
    numTrainingImages: train.numImages,
    numValidationImages: validation.numImages,
    bestEpoch: best.epoch,
    history: result.history,
    engine: runtime.description,
  };
  await writeFileAtomic(join(folder, trainingRecordPath(training)), `${JSON.stringify(record, null, 2)}\n`);
  context.note(`best epoch ${best.epoch} of ${recipe.epochs}, validation AUROC ${best.value.toFixed(3)}`);
}

/** Findings that have both classes among the training images, and the labels of those. */
function trainingLabels(images: ImageStore): { findings: readonly string[]; labels: LabelMatrix } {
  const rows = images.rows("train");
  const findings = images.findings.filter((finding) => {
    const { data } = applyLabelPolicy(images.table, { findings: [finding], rows });
    return data.includes(1) && data.includes(0);
  });
  return { findings, labels: applyLabelPolicy(images.table, { findings, rows }) };
}

function schedule(
  { epochs, batchSize, learningRate, warmUp, weightDecay }: Recipe,
  numImages: number,
): Pick<FitOptions, "epochs" | "batchSize" | "learningRate" | "weightDecay" | "maxGradientNorm"> {
  const numSteps = epochs * Math.ceil(numImages / batchSize);
  const numWarmUpSteps = Math.min(numSteps - 1, Math.round(warmUp * numSteps));
  return {
    epochs,
    batchSize,
    learningRate: cosineSchedule({ peak: learningRate, numSteps, numWarmUpSteps }),
    weightDecay,
    maxGradientNorm: 1,
  };
}

/** Drawn at random, or taken from the checkpoint with a new head. */
async function startingParameters(
  { folder, seed }: Study,
  { checkpoint }: Training,
  config: VitConfig,
): Promise<ReadonlyMap<string, NamedArray>> {
  if (checkpoint === undefined) return initialParameters(config, seed);
  return loadParameters(config, await readStart(resolve(folder, checkpoint)), { except: ["head.*"], seed });
}
