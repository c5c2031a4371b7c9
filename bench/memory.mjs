// Memory of a process that runs 2,000 training steps of two blocks on onnx-cpu: heap, external and resident every 200
// steps. Ends with exit code 1 if from step 400 on, when arenas and caches have their size, it grew by more than 16 MiB.
// Usage: node --expose-gc bench/memory.mjs [steps]
import { openRuntime } from "../packages/runtime/dist/index.js";
import { vitPresets } from "../packages/vit/dist/index.js";
import { timedStep } from "./trainingStep.mjs";

const steps = Number(process.argv[2] ?? 2000);
const interval = 200;
const mostGrowth = 16 * 2 ** 20;

const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(1).padStart(8);
const step = await timedStep(await openRuntime("onnx-cpu"), vitPresets["two-block"], 8);
console.log("   step     heap external resident MiB");
let settled;
let last;
for (let i = 1; i <= steps; i++) {
  await step.run();
  if (i % interval !== 0) continue;
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  console.log(String(i).padStart(7), mebibytes(heapUsed), mebibytes(external), mebibytes(rss));
  last = { heapUsed, external, rss };
  if (i >= 2 * interval) settled ??= last;
}
step.dispose();
const grown = Object.entries(last).map(([kind, bytes]) => [kind, bytes - settled[kind]]);
for (const [kind, bytes] of grown) console.log(`${kind} grew by ${mebibytes(bytes).trim()} MiB`);
if (grown.some(([, bytes]) => bytes > mostGrowth)) process.exit(1);
