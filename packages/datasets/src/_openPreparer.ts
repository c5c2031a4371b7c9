import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { reasonOf } from "./_check.js";
import type { CompleteRecipe } from "./_completeRecipe.js";
import { prepareFile } from "./_prepareFile.js";
import type { Answer, Question, WorkerTask } from "./_prepareWorker.js";

/** Prepares files, here or in worker threads. */
export interface Preparer {
  /** How many files it prepares at a time. */
  readonly concurrency: number;
  prepare(path: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A worker thread ended without being asked to, so that nothing can be said of the files that it had. */
export class WorkerLost extends Error {}

interface Pending {
  readonly resolve: (pixels: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  lost: string | undefined;
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

/**
 * The number of threads that pays. PNG and JPEG files are decoded in threads of the image library, and what the recipe
 * `corrected` does with them is less work than that; DICOM files and the other steps would keep one thread busy.
 */
export function usefulWorkers(recipe: CompleteRecipe, paths: readonly string[]): number {
  const isLight = recipe.name === "corrected" && recipe.clahe === "none";
  if (isLight && paths.every((path) => /\.(png|jpe?g)$/i.test(path))) return 0;
  const processors = availableParallelism();
  return processors > 1 ? processors : 0;
}

function openThreads(workerData: WorkerTask, numThreads: number): Preparer {
  const threads = Array.from({ length: numThreads }, () => openThread(workerData));
  let id = 0;
  return {
    concurrency: numThreads * filesPerThread,
    prepare(path) {
      const thread = threads.reduce((a, b) => (b.pending.size < a.pending.size ? b : a));
      if (thread.lost !== undefined) return Promise.reject(new WorkerLost(thread.lost));
      id++;
      return new Promise((resolve, reject) => {
        thread.pending.set(id, { resolve, reject });
        thread.worker.postMessage({ id, path } satisfies Question);
      });
    },
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

/** A process whose program came by `--eval` hands its `--input-type` on, which no worker with a file may have. */
function inheritedFlags(): { execArgv?: string[] } {
  return process.execArgv.some((flag) => flag.startsWith("--input-type")) ? { execArgv: [] } : {};
}

function openThread(workerData: WorkerTask): Thread {
  const worker = new Worker(workerUrl, { workerData, ...inheritedFlags() });
  const thread: Thread = { worker, pending: new Map(), lost: undefined };
  const lose = (reason: string) => {
    thread.lost ??= reason;
    for (const { reject } of thread.pending.values()) reject(new WorkerLost(thread.lost));
    thread.pending.clear();
  };
  worker.on("message", (answer: Answer) => {
    const pending = thread.pending.get(answer.id);
    thread.pending.delete(answer.id);
    if ("pixels" in answer) pending?.resolve(answer.pixels);
    else pending?.reject(new Error(answer.reason));
  });
  worker.on("error", (error) => lose(reasonOf(error)));
  worker.on("exit", (code) => lose(`exit code ${code}`));
  return thread;
}
