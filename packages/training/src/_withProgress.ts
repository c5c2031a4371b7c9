import type { ForwardBatch } from "./_evaluate.js";
import type { BatchSource } from "./BatchSource.js";
import type { PredictProgress } from "./PredictOptions.js";

/** Hands batches on and says how far they are. */
export async function* withProgress(
  batches: AsyncIterable<ForwardBatch>,
  { numImages: totalImages }: BatchSource,
  onProgress: ((progress: PredictProgress) => void) | undefined,
): AsyncGenerator<ForwardBatch> {
  let numImages = 0;
  for await (const batch of batches) {
    numImages += batch.imageIds.length;
    tell(onProgress, { numImages, totalImages });
    yield batch;
  }
}

function tell(
  onProgress: ((progress: PredictProgress) => void) | undefined,
  progress: PredictProgress,
): void {
  try {
    // An async function fits the type of a callback; its rejection must be caught as well.
    Promise.resolve(onProgress?.(progress) as unknown).catch(() => {});
  } catch {
    // Progress is for a person; it must not end the work.
  }
}
