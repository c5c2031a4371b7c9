// Area under the ROC curve of 22,433 scores, one in ten positive. CXRKIT_PYTHON names a Python with NumPy and scikit-learn
// to measure roc_auc_score on the same numbers, in turns with ours. The command is: npm run bench -- rocAuc
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { rocAuc } from "../packages/metrics/dist/index.js";

const ROWS = 22_433;
const CALLS = 200;
const ROUNDS = 3;

// The sequence of rocAuc.py: x ← 1664525·x + 1013904223 mod 2³², four draws a row.
const labels = new Float64Array(ROWS);
const scores = { "float64, no ties": new Float64Array(ROWS), "two decimals": new Float64Array(ROWS) };
let state = 20261123;
const draw = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
for (let i = 0; i < ROWS; i++) {
  labels[i] = draw() < 0.1 ? 1 : 0;
  const score = (draw() + draw() + draw() + 0.5 * labels[i]) / 3.5;
  scores["float64, no ties"][i] = score;
  scores["two decimals"][i] = Math.floor(score * 100) / 100;
}

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
const python = process.env.CXRKIT_PYTHON;
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, Node ${process.versions.node}, ${ROWS} rows, medians of ${CALLS} calls`,
);
for (const [what, values] of Object.entries(scores)) {
  for (let round = 0; round < ROUNDS; round++) {
    let sum = 0;
    const times = [];
    for (let i = 0; i < 2 * CALLS; i++) {
      const start = performance.now();
      sum += rocAuc(labels, values);
      if (i >= CALLS) times.push(performance.now() - start);
    }
    const ours = median(times);
    const line = `${what.padEnd(17)} rocAuc ${ours.toFixed(3)} ms (area ${(sum / (2 * CALLS)).toFixed(12)})`;
    if (python === undefined) {
      console.log(line);
      continue;
    }
    const { stdout, stderr, status } = spawnSync(python, [
      `${import.meta.dirname}/peers/rocAuc.py`,
      String(ROWS),
      String(CALLS),
      what,
    ]);
    if (status !== 0) throw new Error(String(stderr));
    const { version, area, ms } = JSON.parse(String(stdout));
    console.log(
      `${line}, scikit-learn ${version} ${ms.toFixed(3)} ms (area ${area.toFixed(12)}): ${(ms / ours).toFixed(1)} times as fast`,
    );
  }
}
