import { rm } from "node:fs/promises";
import { relative } from "node:path";
import { writeSyntheticDataset } from "@cxrkit/datasets";
import type { Stage } from "../graph/Stage.js";
import type { Drawing, Study, StudyDataset } from "../StudyRecord.js";

/** The file that every drawn collection has. */
const note = "SYNTHETIC.json";

/** Draws a synthetic collection in its own layout. */
export function writeStage(
  { folder }: Study,
  { label, name, root }: StudyDataset,
  { imageSize, ...drawing }: Drawing,
): Stage {
  return {
    name: `draw ${label}`,
    kind: "draw",
    dataset: label,
    version: 2,
    options: { name, imageSize, ...drawing },
    inputs: [],
    outputs: [`${relative(folder, root)}/${note}`],
    async run({ signal, progress }) {
      await rm(root, { recursive: true, force: true });
      await writeSyntheticDataset(name, root, {
        ...drawing,
        // A few hundred images are to be enough to learn from.
        prevalence: "balanced",
        imageSize,
        signal,
        onProgress: ({ done, total }) => progress(done, total, `${done}/${total} images`),
      });
    },
  };
}

/** What the stage writes, for those that read the collection. */
export function drawnFiles({ folder }: Study, { root, drawing }: StudyDataset): readonly string[] {
  return drawing === undefined ? [] : [`${relative(folder, root)}/${note}`];
}
