import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ImageStore, openImageStore } from "@cxrkit/datasets";
import { openRuntime } from "@cxrkit/runtime";
import { type FitResult, fit } from "@cxrkit/training";
import { writeSafetensors } from "@cxrkit/weights";
import { fitOptions, fitSources } from "../fitSetup.js";
import type { Stage, StageContext } from "../graph/Stage.js";
import { imageSizeOf, modelConfig } from "../modelConfig.js";
import type { Study } from "../StudyRecord.js";
import { startingParameters } from "../startingParameters.js";
import { type TrainingRecord, trainingRecordPath, weightsPath } from "../TrainingRecord.js";
import { tensorFile } from "../tensorFile.js";
import { trainableVit } from "../trainableVit.js";
import { positiveWeight, type TrainingCount } from "../trainingCounts.js";
import type { Training } from "../trainings.js";
import { writeFileAtomic } from "../writeFileAtomic.js";
import { storePath } from "./prepareStage.js";
import { countsPath } from "./readStage.js";

/** Trains a model, keeps the weights of the best epoch, and can be gone on with when it was killed. */
export function trainStage(study: Study, training: Training, kind: "pretrain" | "finetune"): Stage {
  const { dataset, start, recipe, checkpoint, findings, head } = training;
  const { seed, engine, protocol } = study;
  const { normalise, validation, monitor, labels, swapSides, lastBatch } = protocol;
  const imageSize = imageSizeOf(study, training);
  const store = storePath(dataset, imageSize);
  return {
    name: training.name,
    kind,
    dataset: dataset.label,
    starts: [start.name],
    version: 3,
    options: {
      model: start.model ?? "as its checkpoint",
      normalisation: normalise ? start.normalisation : null,
      ...{ head, imageSize, findings, recipe, seed, engine, protocol: protocol.name },
      ...{ validation, monitor, labels, swapSides, lastBatch },
    },
    inputs: [store, countsPath(dataset), ...(checkpoint === undefined ? [] : [checkpoint])],
    inputHelp:
      "give the file of a start with --start NAME=FILE; docs/guide/checkpoints.md says where they are",
    outputs: [weightsPath(training), trainingRecordPath(training)],
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
  const { folder, engine, seed, protocol } = study;
  const { recipe, model, dataset, start } = training;
  const counts = JSON.parse(await readFile(join(folder, countsPath(dataset)), "utf8")) as Record<
    string,
    TrainingCount
  >;
  const findings = chooseFindings(training, counts);
  const config = await modelConfig(study, training, findings.length);
  const normalisation = protocol.normalise ? start.normalisation : null;
  const positiveWeights = findings.map((finding) => positiveWeight(counts[finding] as TrainingCount));
  const sources = fitSources(study, recipe, images, findings);
  const run = join(folder, "runs", `${model}-${context.key.slice(0, 8)}`);
  // The lock of a process that is gone, perhaps on another machine, would hold up the run for ever.
  if (context.tookOver) await rm(join(run, "lock"), { force: true });
  const runtime = await openRuntime(engine);
  const parameters = await startingParameters(study, training, config);
  const result = await fit(trainableVit(config, parameters, normalisation), sources, {
    ...fitOptions(study, recipe, sources.train.numImages),
    runtime,
    positiveWeights,
    folder: run,
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
  });
  await writeModel(study, training, result, {
    dataset: dataset.label,
    start: start.name,
    protocol: protocol.name,
    ...{ findings, config, normalisation, positiveWeights },
    numTrainingImages: sources.train.numImages,
    numValidationImages: sources.validation.numImages,
    validatedOn: protocol.validation === "test" ? "test" : "valid",
    bestEpoch: result.best?.epoch ?? recipe.epochs,
    history: result.history,
    engine: runtime.description,
  });
  const value = result.best === undefined ? "none" : result.best.value.toFixed(3);
  context.note(
    `best epoch ${result.best?.epoch ?? recipe.epochs} of ${recipe.epochs}, validation ${protocol.monitor === "loss" ? "loss" : "AUROC"} ${value}`,
  );
}

async function writeModel(
  { folder }: Study,
  training: Training,
  { best, parameters }: FitResult,
  record: TrainingRecord,
): Promise<void> {
  await mkdir(join(folder, "models"), { recursive: true });
  await writeSafetensors(join(folder, weightsPath(training)), best?.parameters ?? parameters, {
    findings: record.findings.join(),
    protocol: record.protocol,
  });
  await writeFileAtomic(join(folder, trainingRecordPath(training)), `${JSON.stringify(record, null, 2)}\n`);
}

/** The list as it is, or every finding that has both classes among the training images. */
function chooseFindings(
  { findings, dataset }: Training,
  counts: Readonly<Record<string, TrainingCount>>,
): readonly string[] {
  if (findings === "all")
    return Object.keys(counts).filter((finding) => {
      const { numLabels, numPositives } = counts[finding] as TrainingCount;
      return numPositives > 0 && numPositives < numLabels;
    });
  const unknown = findings.filter((finding) => counts[finding] === undefined);
  if (unknown.length === 0) return findings;
  throw new RangeError(
    `study: ${dataset.label} must have the findings of its list, got none of ${unknown.join(", ")} in its labels; change the list in study.ts`,
  );
}
