import type { Study, StudyDataset } from "../StudyRecord.js";
import { readDescription } from "../stages/readStage.js";

/** Images of a dataset by split. */
export interface ImageCounts {
  readonly train: number;
  readonly valid: number;
  readonly test: number;
}

/** Images of a dataset: as it was read, as it will be drawn, or as its size is known; undefined if it is not. */
export async function countImages(study: Study, dataset: StudyDataset): Promise<ImageCounts | undefined> {
  try {
    const { splits } = await readDescription(study.folder, dataset);
    const count = (split: keyof ImageCounts) => splits[split]?.images ?? 0;
    return { train: count("train"), valid: count("valid"), test: count("test") };
  } catch {
    const { drawing, expected } = dataset;
    const test = drawing === undefined ? expected?.test : drawing.images * drawing.testFraction;
    const all = drawing === undefined ? expected?.train : drawing.images * (1 - drawing.testFraction);
    if (test === undefined || all === undefined) return undefined;
    const share = study.protocol.validation === "test" ? 0 : study.validationFraction;
    const valid = Math.round(all * share);
    return { train: Math.round(all) - valid, valid, test: Math.round(test) };
  }
}
