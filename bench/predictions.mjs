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

/** Two models on the images: that of the file, and the same with noise, so that ties and order differ. */
export function readPair() {
  const { names, cells } = readPredictions();
  const findings = names.flatMap((name) => (name.startsWith("prob_") ? [name.slice(5)] : []));
  const matrix = (prefix) => {
    const columns = findings.map((finding) => names.indexOf(`${prefix}_${finding}`));
    const data = Float64Array.from(cells.flatMap((row) => columns.map((column) => Number(row[column]))));
    return { data, rows: cells.length, columns: findings.length };
  };
  const first = matrix("prob");
  const second = { ...first, data: first.data.map((score, i) => score + 0.05 * Math.sin(i * 12.9898)) };
  const patients = cells.map((row) => row[names.indexOf("Patient ID")]);
  return { labels: matrix("label"), models: { first, second }, findings, patients };
}
