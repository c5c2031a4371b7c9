// The stages of the study over real radiographs, see realStudy.mjs: those of the example, one training a seed, and the
// starts that are learnt without a file from outside.
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Utf8, vectorFromArray } from "apache-arrow";
import { drawNaturalImages } from "../../examples/pretrain/dist/drawNaturalImages.js";
import { pretrainOnLabels, pretrainWithoutLabels } from "../../examples/pretrain/dist/pretrainStarts.js";
import { writeManifest } from "../../examples/six-dataset-study/dist/manifestFile.js";
import { predictStage } from "../../examples/six-dataset-study/dist/stages/predictStage.js";
import { prepareStage, storePath } from "../../examples/six-dataset-study/dist/stages/prepareStage.js";
import {
  countsPath,
  descriptionPath,
  manifestPath,
  readStage,
} from "../../examples/six-dataset-study/dist/stages/readStage.js";
import { trainStage } from "../../examples/six-dataset-study/dist/stages/trainStage.js";
import { trainingCounts } from "../../examples/six-dataset-study/dist/trainingCounts.js";
import { writeFileAtomic } from "../../examples/six-dataset-study/dist/writeFileAtomic.js";
import {
  checkSplits,
  describeDataset,
  openImageStore,
  readDataset,
  splitByPatient,
} from "../../packages/datasets/dist/index.js";
import { openRuntime } from "../../packages/runtime/dist/index.js";
import { writeSafetensors } from "../../packages/weights/dist/index.js";

/** Ways to begin; `transferred` goes on from the other collection's model that began at random, with a new head. */
export const startNames = ["random", "dino", "supervised", "transferred"];

/** Side of the images that views are cut from, half as large again as the model's. */
const largeSize = ({ imageSize }) => (3 * imageSize) / 2;

/** Reading and preparing, once for all seeds: the patients of each part are the same in every training. */
export function dataStages(study) {
  return study.datasets.flatMap((dataset) => [
    dataset.name === "chexpert" ? readTested(study, dataset) : readStage(study, dataset),
    prepareStage(study, dataset, study.imageSize),
    prepareStage(study, dataset, largeSize(study)),
  ]);
}

/** Reads a collection of train.csv and valid.csv so that valid.csv is for testing, and some of train.csv's patients validate. */
function readTested(study, dataset) {
  const { folder, seed, validationFraction: fraction, protocol } = study;
  const stage = readStage(study, dataset);
  return {
    ...stage,
    options: { ...stage.options, testing: "valid.csv" },
    async run() {
      const source = await readDataset(dataset.name, dataset.root);
      const splits = Array.from(source.table.getChild("split"), (split) =>
        split === "valid" ? "test" : split,
      );
      const table = source.table.setChild("split", vectorFromArray(splits, new Utf8()));
      const manifest = splitByPatient({ ...source, table }, { fraction, seed });
      checkSplits(manifest);
      const json = (path, value) =>
        writeFileAtomic(join(folder, path), `${JSON.stringify(value, null, 2)}\n`);
      await writeManifest(join(folder, manifestPath(dataset)), manifest);
      await json(descriptionPath(dataset), describeDataset(manifest));
      await json(countsPath(dataset), trainingCounts(manifest, protocol.labels, false));
    },
  };
}

/** Everything of one seed: starts, trainings and the scores of the test images. */
export function seedStages(study, seed, amounts) {
  const own = { ...study, seed };
  return [
    dinoStage(own, amounts),
    supervisedStage(own, amounts),
    ...trainingsOf(own).flatMap((training) => [
      trainStage(own, training, "finetune"),
      predictStage(own, training),
    ]),
  ];
}

/** The trainings of one seed; those at random first, since the transferred ones go on from them. */
export function trainingsOf({ datasets, starts, seed, finetuning }) {
  return starts.flatMap((start) =>
    datasets.map((dataset) => {
      const checkpoint = checkpointOf(start.name, dataset, datasets, seed);
      return {
        name: `finetune ${dataset.label} ${start.name} seed ${seed}`,
        model: modelName(dataset, start.name, seed),
        ...{ dataset, start },
        findings: dataset.lists.all,
        recipe: finetuning,
        head: start.head,
        ...(checkpoint === undefined ? {} : { checkpoint }),
      };
    }),
  );
}

const modelName = ({ label }, start, seed) => `${label}-${start}-${seed}`;

/** File of the weights that a training goes on from, relative to the study's folder; none for random ones. */
function checkpointOf(start, dataset, datasets, seed) {
  if (start === "random") return undefined;
  if (start !== "transferred") return startPath(start, seed);
  const other = datasets.find(({ label }) => label !== dataset.label);
  return `models/${modelName(other, "random", seed)}.safetensors`;
}

/** File of a start that is learnt before the trainings. */
export function startPath(start, seed) {
  return `models/start-${start}-${seed}.safetensors`;
}

/** Learns from the training patients' images of all collections, without their labels. */
function dinoStage(study, { dinoEpochs: epochs }) {
  const { folder, datasets, seed } = study;
  const inputs = datasets.map((dataset) => storePath(dataset, largeSize(study)));
  const output = startPath("dino", seed);
  return {
    name: `pretrain dino seed ${seed}`,
    kind: "pretrain",
    starts: ["dino"],
    version: 1,
    options: { epochs, seed },
    inputs,
    outputs: [output],
    async run({ progress, signal }) {
      const parts = [];
      for (const path of inputs) parts.push(await imagesOf(join(folder, path), "train", ["pneumonia"]));
      const images = {
        ...parts[0],
        pixels: Buffer.concat(parts.map(({ pixels }) => pixels)),
        labels: Float32Array.from(parts.flatMap(({ labels }) => [...labels])),
        patients: parts.flatMap(({ patients }) => patients),
      };
      const options = { runtime: await openRuntime(study.engine), epochs, seed };
      const onStep = reporting(progress, signal, epochs);
      const { teacher } = await pretrainWithoutLabels(images, { ...options, onStep });
      await writeStart(join(folder, output), teacher);
    },
  };
}

/** Learns the kinds of drawings with statistics of natural images, by labels. */
function supervisedStage({ folder, imageSize, seed, engine }, { drawings, supervisedEpochs: epochs }) {
  const output = startPath("supervised", seed);
  return {
    name: `pretrain supervised seed ${seed}`,
    kind: "pretrain",
    starts: ["supervised"],
    version: 1,
    options: { epochs, drawings, seed },
    inputs: [],
    outputs: [output],
    async run({ progress, signal }) {
      const images = drawNaturalImages(drawings, imageSize, seed);
      const options = { runtime: await openRuntime(engine), epochs, seed, batchSize: 16 };
      const onStep = reporting(progress, signal, epochs);
      await writeStart(join(folder, output), await pretrainOnLabels(images, { ...options, onStep }));
    },
  };
}

async function writeStart(path, parameters) {
  await mkdir(dirname(path), { recursive: true });
  await writeSafetensors(path, parameters);
}

function reporting(progress, signal, epochs) {
  return ({ step, stepsPerEpoch, loss }) => {
    signal.throwIfAborted();
    progress(step, epochs * stepsPerEpoch, `loss ${loss.toFixed(3)}`);
  };
}

/** One part of a store in memory, labels that are not stated counted as absent. */
export async function imagesOf(path, split, findings) {
  const store = await openImageStore(path);
  try {
    const [pixels, labels, patients] = [[], [], []];
    const policy = { uncertain: "ignore", missing: "negative" };
    for await (const batch of store.batches({ pixels: "uint8", split, findings, batchSize: 64, policy })) {
      pixels.push(batch.images.slice());
      labels.push(...batch.labels);
      patients.push(...batch.patientIds);
    }
    const { size } = store;
    return { pixels: Buffer.concat(pixels), size, labels: Float32Array.from(labels), findings, patients };
  } finally {
    await store.close();
  }
}
