import { join } from "node:path";
import type { DatasetName } from "@cxrkit/datasets";
import { corrected } from "./protocols.js";
import type { Normalisation, Recipe, Start, Study, StudyDataset } from "./StudyRecord.js";
import { studyDataset } from "./studyDataset.js";

/*
 * The studies, as data. To make one of your own, copy the one that is nearest, change it, and name it in `parseStudy.ts`.
 */

/** What a study cannot know by itself. */
export interface StudyPlaces {
  /** Folder of all artefacts. */
  readonly folder: string;
  /** Folders of the collections, by their names. */
  readonly data: Readonly<Partial<Record<DatasetName, string>>>;
  /** Files of the starts, by their names; without one, `starts/` is looked into. */
  readonly checkpoints?: Readonly<Record<string, string>>;
}

/** What DINOv2 was trained with: mean and spread of ImageNet. */
export const imagenetNormalisation: Normalisation = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};
/** What AugReg's ViT-B/16 was trained with. */
export const halfNormalisation: Normalisation = { mean: 0.5, std: 0.5 };
/** Brings radiographs to about zero mean and unit spread, for weights that are drawn at random. */
const greyNormalisation: Normalisation = { mean: 0.5, std: 0.25 };

/** AdamW with a rate of 1e-5 throughout, no decay: study.md's table of the training. */
const paperRecipe: Recipe = {
  epochs: 100,
  batchSize: 32,
  learningRate: 1e-5,
  schedule: "constant",
  warmUp: 0,
  weightDecay: 0,
  rotationDegrees: 7,
  shift: 0,
};

/** For small models on few images, from random weights or from any. */
const smallRecipe: Recipe = {
  epochs: 30,
  batchSize: 32,
  learningRate: 0.0005,
  schedule: "cosine",
  warmUp: 0.1,
  weightDecay: 0.05,
  maxGradientNorm: 1,
  rotationDegrees: 7,
  shift: 0.05,
};

/** Collections in the order of the study's tables; TAIX-Ray stands in for UKA-CXR, which is not public. */
const paperDatasets = [
  "vindr-cxr",
  "chestxray14",
  "chexpert",
  "mimic-cxr",
  "uka-cxr",
  "taix-ray",
  "padchest",
] as const satisfies readonly DatasetName[];

/** DINOv2's ViT-B/14 without registers, self-supervised on natural images. */
const dinov2: Start = {
  name: "dinov2",
  weights: { from: "checkpoint", path: "starts/dinov2_vitb14_pretrain.pth" },
  model: "dinov2-vit-b14",
  normalisation: imagenetNormalisation,
  head: "pytorch",
};

/** AugReg's ViT-B/16, supervised on ImageNet-21k. */
const imagenet: Start = {
  name: "imagenet",
  weights: {
    from: "checkpoint",
    path: "starts/B_16-i21k-300ep-lr_0.001-aug_medium1-wd_0.1-do_0.0-sd_0.0.npz",
  },
  model: "vit-b16-in21k",
  normalisation: halfNormalisation,
  head: "timm",
};

/** The same network, trained on MIMIC-CXR from the ImageNet start; its head is handed over. */
const mimic: Start = {
  name: "mimic",
  weights: { from: "pretraining", on: "mimic-cxr", startingFrom: "imagenet" },
  model: "vit-b16-in21k",
  normalisation: halfNormalisation,
  head: "transferred",
};

/**
 * The study in its own size: every collection whose folder is given, three starts of a ViT-B at 224 px. The comparison
 * with the MIMIC start is on the reduced lists, for which DINOv2 is trained once more.
 */
export function paperStudy({ folder, data, checkpoints = {} }: StudyPlaces): Study {
  const datasets = paperDatasets.flatMap((name) => {
    const root = data[name];
    return root === undefined ? [] : [studyDataset(name, root)];
  });
  const canPretrain = data["mimic-cxr"] !== undefined || checkpoints.mimic !== undefined;
  const starts = [dinov2, imagenet, ...(canPretrain ? [mimic] : [])].map((start): Start => {
    const path = checkpoints[start.name];
    return path === undefined ? start : { ...start, weights: { from: "checkpoint", path } };
  });
  const reduced = { name: "dinov2-mimic", starts: ["dinov2", "mimic"], list: "reduced" };
  return {
    title: "Self-supervised natural images, ImageNet, or MIMIC-CXR: three starts on chest radiographs",
    folder,
    protocol: corrected,
    datasets,
    starts,
    comparisons: [
      { name: "dinov2-imagenet", starts: ["dinov2", "imagenet"], list: "full" },
      ...(canPretrain ? [reduced] : []),
    ],
    imageSize: 224,
    validationFraction: 0.1,
    pretraining: paperRecipe,
    finetuning: paperRecipe,
    replicates: 1000,
    minimumPositives: 1,
    crossDatasets: true,
    checkFiles: false,
    engine: "auto",
    seed: 2026,
    notices: canPretrain
      ? []
      : [
          "Without MIMIC-CXR, or a file of weights trained on it, the comparison with the MIMIC start is left out.",
        ],
    command: "npm run study -- --preset paper",
  };
}

/** A small model on small images: any collections, any starts, all findings that a collection has. */
export function smallStudy({ folder, data }: StudyPlaces): Study {
  const datasets = Object.entries(data).map(([name, root]): StudyDataset => {
    const { expected: _, pretrainingFindings: __, ...dataset } = studyDataset(name as DatasetName, root);
    return { ...dataset, lists: { all: "all" } };
  });
  return {
    title: "Chest radiographs read by a vision transformer",
    folder,
    protocol: corrected,
    datasets,
    starts: [{ ...random, model: "small" }],
    comparisons: [{ name: "starts", starts: ["random"], list: "all" }],
    imageSize: 64,
    validationFraction: 0.15,
    pretraining: smallRecipe,
    finetuning: smallRecipe,
    replicates: 1000,
    minimumPositives: 10,
    crossDatasets: datasets.length > 1,
    checkFiles: false,
    engine: "auto",
    seed: 2026,
    notices: [],
    command: "npm run study --",
  };
}

/** Weights drawn at random. */
export const random: Start = {
  name: "random",
  weights: { from: "random" },
  normalisation: greyNormalisation,
  head: "timm",
};

/** The demonstration: a small study on drawn images, pretraining against none. */
export function demoStudy(folder: string): Study {
  const recipe: Recipe = { ...smallRecipe, epochs: 15, batchSize: 8, rotationDegrees: 3, shift: 0.02 };
  const drawn = (label: string, images: number, testFraction: number, seed: number): StudyDataset => ({
    label,
    name: "chestxray14",
    root: join(folder, "data", label),
    lists: { all: "all" },
    drawing: { images, testFraction, imageSize: 128, seed },
  });
  return {
    ...smallStudy({ folder, data: {} }),
    title: "cxrkit demonstration: does pretraining help?",
    datasets: [{ ...drawn("source", 1000, 0.1, 1), isSource: true }, drawn("target", 600, 0.35, 2)],
    starts: [
      { ...random, name: "pretrained", model: "tiny", weights: { from: "pretraining", on: "source" } },
      { ...random, model: "tiny" },
    ],
    comparisons: [{ name: "starts", starts: ["pretrained", "random"], list: "all" }],
    pretraining: { ...recipe, learningRate: 0.001 },
    finetuning: recipe,
    notices: [
      "The images are drawn by a program. The numbers show that everything works, and say nothing about radiographs.",
    ],
    command: "npm run demo",
  };
}
