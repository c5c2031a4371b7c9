import { join } from "node:path";
import { checkImageFiles } from "@cxrkit/datasets";
import type { Stage } from "../graph/Stage.js";
import { readManifest } from "../manifestFile.js";
import type { Study, StudyDataset } from "../StudyRecord.js";
import { writeFileAtomic } from "../writeFileAtomic.js";
import { manifestPath } from "./readStage.js";

/** File of what was found in a dataset's image files. */
export function checkPath({ label }: StudyDataset): string {
  return `checks/${label}.json`;
}

/** Decodes every image file and lists the absent, the unreadable and those that are there twice. */
export function checkStage({ folder }: Study, dataset: StudyDataset): Stage {
  return {
    name: `check ${dataset.label}`,
    kind: "check",
    dataset: dataset.label,
    version: 1,
    options: {},
    inputs: [manifestPath(dataset)],
    outputs: [checkPath(dataset)],
    async run({ signal, progress, note }) {
      const manifest = await readManifest(join(folder, manifestPath(dataset)));
      const report = await checkImageFiles(manifest, {
        signal,
        onProgress: ({ done, total }) => progress(done, total, `${done}/${total} files`),
      });
      const { absent, unreadable, duplicates } = report;
      const leaks = duplicates.filter(({ splits }) => splits.length > 1);
      if (absent.length > 0) note(`${absent.length} images without a file, first ${absent[0]?.path}`);
      if (unreadable.length > 0)
        note(`${unreadable.length} unreadable files, first ${unreadable[0]?.path}: ${unreadable[0]?.reason}`);
      if (duplicates.length > 0)
        note(`${duplicates.length} images are there more than once, ${leaks.length} of them in two splits`);
      await writeFileAtomic(join(folder, checkPath(dataset)), `${JSON.stringify(report, null, 2)}\n`);
    },
  };
}
