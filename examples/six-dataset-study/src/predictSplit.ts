import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openImageStore, type Split } from "@cxrkit/datasets";
import { openRuntime } from "@cxrkit/runtime";
import { predict, writePredictions } from "@cxrkit/training";
import { loadParameters } from "@cxrkit/vit";
import type { StageContext } from "./graph/Stage.js";
import { imageSource } from "./imageSource.js";
import { readWeights } from "./readWeights.js";
import type { Study, StudyDataset } from "./StudyRecord.js";
import { readTraining, weightsPath } from "./TrainingRecord.js";
import { trainableVit } from "./trainableVit.js";
import type { Training } from "./trainings.js";

/** Which images are scored, and where the scores go. */
export interface PredictedSplit {
  readonly dataset: StudyDataset;
  /** File of the images. */
  readonly store: string;
  readonly split: Split;
  /** File of the scores. */
  readonly to: string;
}

const batchSize = 32;

/** Scores the images of one split with a trained model and writes the table. */
export async function predictSplit(
  { folder, engine, seed, protocol }: Study,
  training: Training,
  { dataset, store, split, to }: PredictedSplit,
  { signal, progress }: StageContext,
): Promise<void> {
  const weights = join(folder, weightsPath(training));
  const { findings, config, normalisation } = await readTraining(folder, training);
  const parameters = loadParameters(config, await readWeights(weights));
  const images = await openImageStore(store);
  try {
    const source = imageSource(images, { split, findings, batchSize, policy: protocol.labels });
    const table = await predict(trainableVit(config, parameters, normalisation), source, {
      runtime: await openRuntime(engine),
      batchSize,
      signal,
      onProgress: ({ numImages, totalImages }) =>
        progress(numImages, totalImages, `${numImages}/${totalImages} ${split} images`),
      metadata: {
        model: training.model,
        start: training.start.name,
        dataset: dataset.name,
        trainedOn: training.dataset.name,
        split,
        protocol: protocol.name,
        seed: String(seed),
        checkpointSha256: createHash("sha256")
          .update(await readFile(weights))
          .digest("hex"),
      },
    });
    await mkdir(dirname(to), { recursive: true });
    await writePredictions(to, table);
  } finally {
    await images.close();
  }
}
