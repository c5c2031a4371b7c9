import { RecordBatchFileWriter } from "apache-arrow";
import type { BatchStream } from "./_predictionBatches.js";

/** Encodes rows as an Arrow IPC file, record batch by record batch as they are asked for. */
export async function* arrowBytes({ schema, batches }: BatchStream): AsyncGenerator<Uint8Array> {
  const writer = new RecordBatchFileWriter();
  const chunks = writer[Symbol.asyncIterator]();
  let next: ReturnType<typeof chunks.next> | undefined;
  /** All that the writer holds; its queue does not tell whether it is empty, but what it has comes before the next turn. */
  const drain = async () => {
    const pieces: Uint8Array[] = [];
    for (;;) {
      next ??= chunks.next();
      const result = await Promise.race([next, turn()]);
      if (result === undefined || result.done === true) return Buffer.concat(pieces);
      pieces.push(result.value as Uint8Array);
      next = undefined;
    }
  };
  writer.reset(undefined, schema);
  for await (const batch of batches) {
    writer.write(batch);
    yield await drain();
  }
  writer.finish();
  yield await drain();
}

function turn(): Promise<undefined> {
  return new Promise((resolve) => {
    setImmediate(() => resolve(undefined));
  });
}
