import { answerQuestions } from "./_answerQuestions.js";
import { type BatchTask, batchImages, isFinal, sharedImages } from "./_batchImages.js";
import { fillSync } from "./_fillSync.js";

/** A stretch of a store that holds images one after the other. */
export interface ReadRun {
  /** Its first byte in the file. */
  readonly position: number;
  /** Its first byte among those that are read. */
  readonly begin: number;
  /** The byte after its last among those that are read. */
  readonly end: number;
}

/** A batch to make; the file is open in the thread that asks, and stays so until the answer. */
export interface BatchQuestion {
  readonly task: BatchTask;
  /** Where the images go. */
  readonly shared: SharedArrayBuffer;
  readonly fd: number;
  readonly path: string;
  readonly runs: readonly ReadRun[];
}

/** Bytes to be changed go here, batch after batch. */
let kept = new Uint8Array(0);

answerQuestions(({ task, shared, fd, path, runs }: BatchQuestion): readonly boolean[] => {
  const images = sharedImages(task, shared);
  const numBytes = task.rows.length * task.size ** 2;
  if (!isFinal(task) && kept.length < numBytes) kept = new Uint8Array(numBytes);
  const read = isFinal(task) ? (images as Uint8Array) : kept;
  for (const { position, begin, end } of runs) fillSync(fd, path, position, read.subarray(begin, end));
  return batchImages(task, read, images);
});
