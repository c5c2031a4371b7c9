import type { BatchTask, Images } from "./_batchImages.js";
import { numNumbers } from "./_batchImages.js";
import type { Batch, ByteBatch } from "./Batch.js";

/** Memory for the images of a store's batches, used again once a batch was given back. */
export interface ImageMemory {
  /** An array for the images of a batch, fresh or of one that was given back. */
  take(task: BatchTask): Images;
  /** Remembers that a batch may be given back, once. */
  lend<B extends Batch | ByteBatch>(batch: B): B;
  /** Takes a batch back; throws if it is not lent. */
  release(batch: Batch | ByteBatch): void;
}

/** As many arrays are kept as batches can be made ahead. */
const mostKept = 64;

/** The memory of one store. */
export function imageMemory(): ImageMemory {
  const lent = new WeakSet<Batch | ByteBatch>();
  const free: Images[] = [];
  return {
    take(task) {
      const count = numNumbers(task);
      const kind = task.values === undefined ? Uint8Array : Float32Array;
      const at = free.findIndex((images) => images instanceof kind && images.length === count);
      return at < 0 ? new kind(count) : (free.splice(at, 1)[0] as Images);
    },
    lend(batch) {
      lent.add(batch);
      return batch;
    },
    release(batch) {
      if (!lent.delete(batch))
        throw new RangeError(
          "ImageStore.release: batch must be one of this store that was not given back, got another",
        );
      if (free.length < mostKept) free.push(batch.images);
    },
  };
}
