import { join } from "node:path";
import type { Recipe, Study } from "./Study.js";

const recipe: Recipe = {
  epochs: 15,
  batchSize: 8,
  learningRate: 0.001,
  warmUp: 0.1,
  weightDecay: 0.05,
  rotationDegrees: 3,
  shift: 0.02,
};

/** The demonstration: a small study on drawn images, pretraining against none. */
export function demoStudy(folder: string): Study {
  return {
    title: "cxrkit demonstration: does pretraining help?",
    folder,
    source: { label: "source", name: "chestxray14", root: join(folder, "data/source") },
    target: { label: "target", name: "chestxray14", root: join(folder, "data/target") },
    starts: [
      { name: "pretrained", from: "pretraining" },
      { name: "random", from: "random" },
    ],
    preset: "tiny",
    imageSize: 64,
    validationFraction: 0.15,
    pretraining: recipe,
    finetuning: { ...recipe, learningRate: 0.0005 },
    replicates: 1000,
    minimumPositives: 10,
    engine: "auto",
    seed: 2026,
    notices: [
      "The images are drawn by a program. The numbers show that everything works, and say nothing about radiographs.",
    ],
    command: "npm run demo",
  };
}
