import { existsSync } from "node:fs";
import { type BatchTask, numImageBytes, sharedImages } from "./_batchImages.js";
import type { BatchQuestion } from "./_batchWorker.js";
import type { ImageMemory } from "./_imageMemory.js";
import type { MakeImages } from "./_planBatches.js";
import { openWorkerThreads, WorkerLost, type WorkerThreads } from "./_workerThreads.js";

/** The threads in which a store makes its batches: started when they are first wanted, ended with the store. */
export interface BatchThreads {
  /** What makes images in `count` threads; undefined for none, or where there is no compiled worker. */
  makeImages(count: number): MakeImages | undefined;
  close(): Promise<void>;
}

/** The compiled worker, which lies beside this file once that is compiled too. */
const workerUrl = new URL("./_batchWorker.js", import.meta.url);

/**
 * The threads of a store.
 *
 * @param readOf - Where the images of rows are; throws if the store is closed.
 */
export function batchThreads(
  path: string,
  memory: ImageMemory,
  readOf: (rows: Int32Array) => Pick<BatchQuestion, "fd" | "runs">,
): BatchThreads {
  const pools = new Map<number, WorkerThreads<BatchQuestion, readonly boolean[]>>();
  const spare: SharedArrayBuffer[] = [];
  // Transferring a batch would spare its copy and slow every loop over pixels in the thread that it leaves.
  const sharedFor = (task: BatchTask) => {
    const numBytes = numImageBytes(task);
    const kept = spare.pop();
    return kept !== undefined && kept.byteLength >= numBytes ? kept : new SharedArrayBuffer(numBytes);
  };
  const poolOf = (count: number) => {
    const pool = pools.get(count) ?? openWorkerThreads(workerUrl, undefined, count);
    pools.set(count, pool);
    return pool;
  };
  return {
    makeImages(count) {
      if (count === 0 || !existsSync(workerUrl)) return undefined;
      return async (task) => {
        const shared = sharedFor(task);
        const question = { task, shared, path, ...readOf(task.rows) };
        const pool = poolOf(count);
        try {
          const flipped = await pool.ask(question);
          const images = memory.take(task);
          images.set(sharedImages(task, shared));
          spare.push(shared);
          return { images, flipped };
        } catch (error) {
          if (!(error instanceof WorkerLost)) throw error;
          // Threads that are left of the pool end too; the next batch that is asked for starts another.
          if (pools.get(count) === pool) pools.delete(count);
          await pool.close();
          readOf(task.rows);
          throw new Error(
            `ImageStore: worker must stay alive while it makes a batch of ${path}, got ${error.message}`,
            { cause: error },
          );
        }
      };
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}
