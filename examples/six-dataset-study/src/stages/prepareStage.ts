import { join } from "node:path";
import { prepareImages } from "@cxrkit/datasets";
import { readManifest } from "../manifestFile.js";
import type { Stage } from "../Stage.js";
import type { Study, StudyDataset } from "../Study.js";

/** File of a dataset's prepared images. */
export function storePath({ imageSize }: Study, { label }: StudyDataset): string {
  return `stores/${label}-${imageSize}.arrow`;
}

/** Decodes, resizes and stores every image of a dataset. */
export function prepareStage(study: Study, dataset: StudyDataset): Stage {
  const { folder, imageSize } = study;
  const manifest = `manifests/${dataset.label}.arrow`;
  const store = storePath(study, dataset);
  return {
    name: `prepare ${dataset.label}`,
    version: 1,
    options: { imageSize },
    inputs: [manifest],
    outputs: [store],
    async run({ signal, progress, note }) {
      const { unreadable } = await prepareImages(await readManifest(join(folder, manifest)), {
        size: imageSize,
        out: join(folder, store),
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
