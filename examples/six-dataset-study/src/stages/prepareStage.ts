import { join } from "node:path";
import { type DatasetName, prepareImages } from "@cxrkit/datasets";
import type { Stage } from "../graph/Stage.js";
import { readManifest } from "../manifestFile.js";
import type { Study, StudyDataset } from "../StudyRecord.js";
import { checkPath } from "./checkStage.js";
import { manifestPath } from "./readStage.js";

/** File of a dataset's prepared images of that size. */
export function storePath({ label }: StudyDataset, imageSize: number): string {
  return `stores/${label}-${imageSize}.arrow`;
}

/** Collections whose prepared images the authors kept as JPEG files; the others were PNG files. */
const jpegCollections: readonly DatasetName[] = [
  "vindr-cxr",
  "vindr-pcxr",
  "chexpert",
  "mimic-cxr",
  "uka-cxr",
  "taix-ray",
];

/** Decodes, resizes and stores every image of a dataset. */
export function prepareStage(study: Study, dataset: StudyDataset, imageSize: number): Stage {
  const { folder, protocol, checkFiles } = study;
  const store = storePath(dataset, imageSize);
  const recipe = protocol.preparation(jpegCollections.includes(dataset.name));
  return {
    name: `prepare ${dataset.label}${imageSize === study.imageSize ? "" : ` ${imageSize}`}`,
    kind: "prepare",
    dataset: dataset.label,
    version: 2,
    options: { imageSize, recipe },
    inputs: [manifestPath(dataset), ...(checkFiles ? [checkPath(dataset)] : [])],
    outputs: [store],
    async run({ signal, progress, note }) {
      const { unreadable } = await prepareImages(await readManifest(join(folder, manifestPath(dataset))), {
        size: imageSize,
        out: join(folder, store),
        recipe,
        onUnreadable: "skip",
        signal,
        onProgress: ({ done, total, imagesPerSecond }) =>
          progress(done, total, `${done}/${total} images, ${imagesPerSecond.toFixed(0)} images/s`),
      });
      if (unreadable.length > 0)
        note(`${unreadable.length} unreadable images left out, first ${unreadable[0]?.path}`);
    },
  };
}
