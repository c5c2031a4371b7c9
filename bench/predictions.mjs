// Reads the real predictions of 22,433 images that the benchmarks of statistics use; ends the process where they are not.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const folder = process.env.CXRKIT_DATA ?? `${import.meta.dirname}/../../shared/data`;

/** Path of the file, for peers to read. */
export const path = `${folder}/predictions/chexnet_nih_test_predictions.csv.gz`;

/** Names of the columns, and the cells of each row. */
export function readPredictions() {
  if (!existsSync(path)) {
    console.log(`left out: ${path} is not there`);
    process.exit(0);
  }
  const [head, ...lines] = gunzipSync(readFileSync(path)).toString().trim().split("\n");
  return { names: head.split(","), cells: lines.map((line) => line.split(",")) };
}
