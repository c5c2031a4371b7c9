import { readFile, writeFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { argv, exit, stderr } from "node:process";
import { comparePredictions } from "./comparePredictions.js";
import { drawComparison } from "./drawComparison.js";
import { type PredictionFile, readPredictionFile } from "./readPredictionFile.js";

const [out, ...paths] = argv.slice(2);
if (out === undefined || paths.length < 2 || extname(out) !== ".html") {
  stderr.write("usage: node examples/compare-two-models/dist/main.js OUT.html A.csv B.arrow …\n");
  exit(1);
}
try {
  const files: Record<string, PredictionFile> = {};
  for (const path of paths) {
    const name = basename(path, extname(path));
    files[name in files ? path : name] = readPredictionFile(path, await readFile(path));
  }
  const result = comparePredictions(files, { seed: 1 });
  const { models, pairs } = result.comparison;
  for (const [name, { perFinding, macro }] of Object.entries(models)) {
    for (const [k, { finding, estimate, lower, upper }] of [...perFinding, macro].entries()) {
      const point = result.workingPoints[name]?.[k];
      const at = point ? `, best working point ${point.threshold.toFixed(3)}` : "";
      console.log(
        `${name} ${finding}: AUROC ${estimate.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})${at}`,
      );
    }
  }
  for (const { a, b, perFinding, macro } of pairs) {
    for (const { finding, difference, adjustedPValue } of [...perFinding, macro]) {
      console.log(
        `${a} − ${b}, ${finding}: ${difference.toFixed(3)}, adjusted p ${adjustedPValue.toFixed(3)}`,
      );
    }
  }
  await writeFile(out, await drawComparison(result, `Made ${new Date().toISOString().slice(0, 10)}`));
  console.log(`drawn: ${resolve(out)}`);
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  exit(1);
}
