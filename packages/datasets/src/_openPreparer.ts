import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { CompleteRecipe } from "./_completeRecipe.js";
import { prepareFile } from "./_prepareFile.js";
import type { WorkerTask } from "./_prepareWorker.js";
import { openWorkerThreads } from "./_workerThreads.js";

/** Prepares files, here or in worker threads. */
export interface Preparer {
  /** How many files it prepares at a time. */
  readonly concurrency: number;
  prepare(path: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Files that a thread is given at a time, so that it decodes one while it resizes another. */
const filesPerThread = 2;

/** The compiled worker, which lies beside this file once that is compiled too. */
const workerUrl = new URL("./_prepareWorker.js", import.meta.url);

/** Opens what prepares files by a recipe, in `workers` threads; in this one if that is 0 or there is no compiled worker. */
export function openPreparer(recipe: CompleteRecipe, maxPixels: number, workers: number): Preparer {
  if (workers > 0 && existsSync(workerUrl)) return openThreads({ recipe, maxPixels }, workers);
  return {
    concurrency: availableParallelism(),
    prepare: (path) => prepareFile(path, recipe, maxPixels),
    close: async () => undefined,
  };
}

/** Fewer light images than this are done before threads have started. */
const fewImages = 500;

/**
 * The number of threads that pays. PNG and JPEG files are decoded in threads of the image library in any case, and what
 * the recipe `corrected` does with them is little: threads gain a sixth there, and only where they start for many.
 */
export function usefulWorkers(recipe: CompleteRecipe, paths: readonly string[]): number {
  const isLight = recipe.name === "corrected" && recipe.clahe === "none";
  if (isLight && paths.length < fewImages && paths.every((path) => /\.(png|jpe?g)$/i.test(path))) return 0;
  const processors = availableParallelism();
  return processors > 1 ? processors : 0;
}

function openThreads(task: WorkerTask, numThreads: number): Preparer {
  const { ask, close } = openWorkerThreads<string, Uint8Array>(workerUrl, task, numThreads);
  return { concurrency: numThreads * filesPerThread, prepare: ask, close };
}
