// 1,000 paired bootstrap replicates of 14 findings × 22,433 images for two models. CXRKIT_PYTHON names a Python with
// NumPy and scikit-learn to measure roc_auc_score on the same resamples in the same run.
import { spawnSync } from "node:child_process";
import { compareModels, compareModelsInWorkers } from "../packages/statistics/dist/index.js";
import { path, readPair } from "./predictions.mjs";

const { labels, models, findings, patients } = readPair();
const { first, second } = models;

const timed = async (extra, compare = compareModels, replicates = 1000) => {
  const times = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    await compare({ labels, models, findings, ...extra }, { seed: i, replicates });
    times.push((performance.now() - start) / 1000);
  }
  return times.sort((a, b) => a - b)[2];
};
const ours = await timed({});
const line = (name, seconds) =>
  console.log(
    `${name.padEnd(52)} ${seconds.toFixed(2).padStart(8)} s ${(seconds / ours).toFixed(1).padStart(7)} ×`,
  );
line("compareModels, images resampled", ours);
line("compareModels, patients resampled", await timed({ patients }));
const inTwo = (input, options) => compareModelsInWorkers(input, { ...options, workers: 2 });
line("compareModelsInWorkers, two workers", await timed({}, inTwo));
const [alone, both] = [await timed({}, compareModels, 10_000), await timed({}, inTwo, 10_000)];
console.log(
  `10,000 replicates: ${alone.toFixed(2)} s, in two workers ${both.toFixed(2)} s: ${(alone / both).toFixed(2)} ×`,
);

const python = process.env.CXRKIT_PYTHON;
if (python !== undefined) {
  const peer = `${import.meta.dirname}/peers/compareModels.py`;
  // One thread, as ours: NumPy's products would take them all.
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const { stdout, stderr, status } = spawnSync(python, [peer, path], { env });
  if (status !== 0) throw new Error(String(stderr));
  for (const [name, seconds] of Object.entries(JSON.parse(String(stdout)))) line(name, seconds);
}

console.log("\nseconds by size, everything else as above: linear in each");
const part = ({ data, columns }, rows, findingsTaken) => ({
  data: Float64Array.from({ length: rows * findingsTaken }, (_, i) => {
    const row = Math.floor(i / findingsTaken) % labels.rows;
    return data[row * columns + ((i % findingsTaken) % columns)];
  }),
  rows,
  columns: findingsTaken,
});
const sized = (rows, columns, replicates) => {
  const input = {
    labels: part(labels, rows, columns),
    models: { first: part(first, rows, columns), second: part(second, rows, columns) },
    findings: Array.from({ length: columns }, (_, k) => `f${k}`),
  };
  const start = performance.now();
  compareModels(input, { seed: 1, replicates });
  return ((performance.now() - start) / 1000).toFixed(2);
};
const { rows, columns } = labels;
const half = [0.25, 0.5, 1, 2];
console.log(
  `images     ${half.map((f) => `${Math.round(f * rows)}: ${sized(Math.round(f * rows), columns, 1000)}`).join("   ")}`,
);
console.log(`findings   ${[4, 7, 14, 28].map((k) => `${k}: ${sized(rows, k, 1000)}`).join("   ")}`);
console.log(`replicates ${half.map((f) => `${1000 * f}: ${sized(rows, columns, 1000 * f)}`).join("   ")}`);
