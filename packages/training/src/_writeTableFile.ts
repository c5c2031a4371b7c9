import type { RecordBatch } from "apache-arrow";
import { arrowBytes } from "./_arrowBytes.js";
import { csvBytes } from "./_csvBytes.js";
import { parquetBytes } from "./_parquetBytes.js";
import type { BatchStream } from "./_predictionBatches.js";
import { writeFileAtomic } from "./_writeFileAtomic.js";

/** Images of one record batch or row group: some megabytes. */
export const rowsOfPiece = 16_384;

/** Writes rows in the form that the path's ending names; says how many they were. */
export async function writeTableFile(
  caller: string,
  path: string,
  { schema, batches }: BatchStream,
): Promise<number> {
  let numRows = 0;
  async function* counted(): AsyncGenerator<RecordBatch> {
    for await (const batch of batches) {
      numRows += batch.numRows;
      yield batch;
    }
  }
  const stream: BatchStream = { schema, batches: counted() };
  if (path.endsWith(".csv")) await writeFileAtomic(path, csvBytes(stream));
  else if (path.endsWith(".parquet")) await writeFileAtomic(path, parquetBytes(caller, stream));
  else await writeFileAtomic(path, arrowBytes(stream));
  return numRows;
}
