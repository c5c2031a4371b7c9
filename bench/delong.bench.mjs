// DeLong's paired test on 22,433 real scores of one finding and the same with noise. CXRKIT_RSCRIPT names an Rscript with
// pROC to measure in the same run.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { delongTest } from "../packages/statistics/dist/index.js";
import { readPredictions } from "./predictions.mjs";

const { names, cells } = readPredictions();
const column = (name) => Float64Array.from(cells, (row) => Number(row[names.indexOf(name)]));
const labels = column("label_Effusion");
const a = column("prob_Effusion");
const b = a.map((score, i) => score + 0.05 * Math.sin(i * 12.9898));

const times = [];
let test = delongTest(labels, a, b);
for (let i = 0; i < 25; i++) {
  const start = performance.now();
  test = delongTest(labels, a, b);
  times.push((performance.now() - start) / 1000);
}
const ours = times.sort((x, y) => x - y)[12];
const line = (name, seconds) =>
  console.log(
    `${name.padEnd(52)} ${(1000 * seconds).toFixed(2).padStart(8)} ms ${(seconds / ours).toFixed(1).padStart(6)} ×`,
  );
line("delongTest", ours);

for (const size of [125_000, 250_000, 500_000, 1_000_000]) {
  const at = (values) => Float64Array.from({ length: size }, (_, i) => values[i % values.length] + 1e-9 * i);
  const y = Float64Array.from({ length: size }, (_, i) => labels[i % labels.length]);
  const start = performance.now();
  delongTest(y, at(a), at(b));
  console.log(`  ${size.toLocaleString("en")} images: ${(performance.now() - start).toFixed(0)} ms`);
}

const rscript = process.env.CXRKIT_RSCRIPT;
if (rscript !== undefined) {
  const temporary = mkdtempSync(join(tmpdir(), "cxrkit-bench-"));
  const file = join(temporary, "scores.csv");
  writeFileSync(file, Array.from(labels, (y, i) => `${y},${a[i]},${b[i]}`).join("\n"));
  const { stdout, stderr, status } = spawnSync(rscript, [`${import.meta.dirname}/peers/delong.R`, file]);
  rmSync(temporary, { recursive: true });
  if (status !== 0) throw new Error(String(stderr));
  const { p, ...peers } = JSON.parse(String(stdout));
  for (const [name, seconds] of Object.entries(peers)) line(name, seconds);
  console.log(`p value ${test.pValue}, pROC's ${p}`);
}
