import { type Table, tableToIPC } from "apache-arrow";
import { requirePredictions } from "./_requirePredictions.js";
import { writeFileAtomic } from "./_writeFileAtomic.js";

/**
 * Writes predictions to an Arrow IPC file, as a whole or not at all.
 *
 * @param path - File to write; one that is there is replaced in one step. Its folder must exist.
 * @param table - Predictions as {@link predict} returns them.
 * @returns When the file is safe on disk.
 * @throws RangeError if the table is not Predictions; the system's error if the file cannot be written.
 * @see Apache Arrow columnar format, IPC file format: pandas, polars, R and DuckDB read it.
 * @example {@includeCode ../example/predictions.example.ts#predictions}
 */
export async function writePredictions(path: string, table: Table): Promise<void> {
  requirePredictions("writePredictions", table);
  await writeFileAtomic(path, tableToIPC(table, "file"));
}
