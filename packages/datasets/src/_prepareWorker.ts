import { parentPort, workerData } from "node:worker_threads";
import { reasonOf } from "./_check.js";
import type { CompleteRecipe } from "./_completeRecipe.js";
import { prepareFile } from "./_prepareFile.js";

/** What a worker is told when it begins. */
export interface WorkerTask {
  readonly recipe: CompleteRecipe;
  readonly maxPixels: number;
}

/** A file to prepare; the answer has the same number. */
export interface Question {
  readonly id: number;
  readonly path: string;
}

/** The prepared image of a file, or why there is none. */
export type Answer =
  | { readonly id: number; readonly pixels: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly reason: string };

const { recipe, maxPixels } = workerData as WorkerTask;

parentPort?.on("message", async ({ id, path }: Question) => {
  try {
    const pixels = Uint8Array.from(await prepareFile(path, recipe, maxPixels));
    parentPort?.postMessage({ id, pixels } satisfies Answer, [pixels.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id, reason: reasonOf(error) } satisfies Answer);
  }
});
