import { rm } from "node:fs/promises";
import { quickstart } from "./quickstart.js";

const folder = "out/quickstart";
await rm(folder, { recursive: true, force: true });
const { models, pairs } = await quickstart(folder, 600, 15);
for (const [name, { perFinding }] of Object.entries(models)) {
  for (const { finding, estimate, lower, upper } of perFinding) {
    console.log(
      `${name} ${finding}: AUROC ${estimate.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`,
    );
  }
}
console.log(`p value of the difference of the means: ${pairs[0]?.macro.pValue.toFixed(3)}`);
