import { rm } from "node:fs/promises";
import { relative } from "node:path";
import { writeSyntheticDataset } from "@cxrkit/datasets";
import type { Stage } from "../Stage.js";
import type { Study, StudyDataset } from "../Study.js";

/** How many images are drawn, and from which seed. */
export interface Drawing {
  readonly images: number;
  /** Share of the patients in the test list. */
  readonly testFraction: number;
  readonly seed: number;
}

/** Draws a synthetic collection in ChestX-ray14's layout. */
export function writeStage({ folder }: Study, { label, name, root }: StudyDataset, drawing: Drawing): Stage {
  const inFolder = (file: string) => `${relative(folder, root)}/${file}`;
  return {
    name: `draw ${label}`,
    version: 1,
    options: { ...drawing },
    inputs: [],
    outputs: ["Data_Entry_2017_v2020.csv", "train_val_list.txt", "test_list.txt"].map(inFolder),
    async run({ signal, progress }) {
      await rm(root, { recursive: true, force: true });
      await writeSyntheticDataset(name, root, {
        ...drawing,
        imageSize: 128,
        signal,
        onProgress: ({ done, total }) => progress(done, total, `${done}/${total} images`),
      });
    },
  };
}
