import type { Table } from "apache-arrow";
import { requirePredictions } from "./_requirePredictions.js";
import { rowsOfPiece, writeTableFile } from "./_writeTableFile.js";

/**
 * Writes predictions to a file, as a whole or not at all.
 *
 * The ending of the path says the form: `.csv` (a heading and one line an image, an ignored label empty, scores that
 * read back to the bit; the metadata are lost), `.parquet` (with the optional package `hyparquet-writer`), else Arrow
 * IPC, which is what {@link readPredictions} reads.
 *
 * @param path - File to write; one that is there is replaced in one step. Its folder must exist.
 * @param table - Predictions as {@link predict} returns them.
 * @returns When the file is safe on disk.
 * @throws RangeError if the table is not Predictions; Error if `.parquet` is asked for and its package is not there; the
 * system's error if the file cannot be written.
 * @see Apache Arrow columnar format, IPC file format: pandas, polars, R and DuckDB read it. RFC 4180. Apache Parquet
 * format 2.
 * @example
 * {@includeCode ../example/predictions.example.ts#predictions}
 */
export async function writePredictions(path: string, table: Table): Promise<void> {
  requirePredictions("writePredictions", table);
  const { schema } = table;
  async function* batches() {
    for (let first = 0; first < table.numRows; first += rowsOfPiece)
      yield* table.slice(first, first + rowsOfPiece).batches;
  }
  await writeTableFile("writePredictions", path, { schema, batches: batches() });
}
