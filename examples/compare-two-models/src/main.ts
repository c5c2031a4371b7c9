import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { argv, exit } from "node:process";
import { comparePredictions } from "./comparePredictions.js";

const paths = argv.slice(2);
if (paths.length < 2) {
  console.error("usage: node examples/compare-two-models/dist/main.js A.csv B.csv …");
  exit(1);
}
const files: Record<string, string> = {};
for (const path of paths) files[basename(path, ".csv")] = await readFile(path, "utf8");
const { comparison, workingPoints } = comparePredictions(files, { seed: 1 });

for (const [name, { perFinding, macro }] of Object.entries(comparison.models)) {
  for (const [k, { finding, estimate, lower, upper }] of [...perFinding, macro].entries()) {
    const point = workingPoints[name]?.[k];
    const at = point ? `, best working point ${point.threshold.toFixed(3)}` : "";
    console.log(
      `${name} ${finding}: AUROC ${estimate.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})${at}`,
    );
  }
}
for (const { a, b, perFinding, macro } of comparison.pairs) {
  for (const { finding, difference, adjustedPValue } of [...perFinding, macro]) {
    console.log(`${a} − ${b}, ${finding}: ${difference.toFixed(3)}, adjusted p ${adjustedPValue.toFixed(3)}`);
  }
}
