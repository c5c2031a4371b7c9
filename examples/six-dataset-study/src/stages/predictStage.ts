import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openImageStore } from "@cxrkit/datasets";
import { openRuntime } from "@cxrkit/runtime";
import { predict, writePredictions } from "@cxrkit/training";
import { loadParameters } from "@cxrkit/vit";
import { imageSource } from "../imageSource.js";
import { modelConfig } from "../modelConfig.js";
import { readWeights } from "../readWeights.js";
import type { Stage } from "../Stage.js";
import type { Start, Study } from "../Study.js";
import { trainableVit } from "../trainableVit.js";
import { storePath } from "./prepareStage.js";
import type { TrainingRecord } from "./trainStage.js";

/** File of the scores of one start's model. */
export function predictionsPath({ name }: Start): string {
  return `predictions/${name}.arrow`;
}

/** Scores the test images with the fine-tuned model of one start. */
export function predictStage(study: Study, start: Start): Stage {
  const { folder, preset, imageSize, seed, engine, target } = study;
  const store = storePath(study, target);
  const model = `models/${start.name}.safetensors`;
  const record = `models/${start.name}.json`;
  return {
    name: `predict ${start.name}`,
    version: 2,
    options: { preset, imageSize, engine },
    inputs: [store, model, record],
    outputs: [predictionsPath(start)],
    async run({ signal, progress }) {
      const checkpoint = await readFile(join(folder, model));
      const { findings } = JSON.parse(await readFile(join(folder, record), "utf8")) as TrainingRecord;
      const config = modelConfig(study, findings.length);
      const parameters = loadParameters(config, await readWeights(join(folder, model)));
      const batchSize = 32;
      const images = await openImageStore(join(folder, store));
      try {
        const table = await predict(
          trainableVit(config, parameters),
          imageSource(images, { split: "test", findings, batchSize }),
          {
            runtime: await openRuntime(engine),
            batchSize,
            signal,
            onProgress: ({ numImages, totalImages }) =>
              progress(numImages, totalImages, `${numImages}/${totalImages} images`),
            metadata: {
              model: preset,
              start: start.name,
              dataset: target.name,
              split: "test",
              protocol: "corrected",
              seed: String(seed),
              checkpointSha256: createHash("sha256").update(checkpoint).digest("hex"),
            },
          },
        );
        await mkdir(join(folder, "predictions"), { recursive: true });
        await writePredictions(join(folder, predictionsPath(start)), table);
      } finally {
        await images.close();
      }
    },
  };
}
