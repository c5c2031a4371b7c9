// What worker threads gain, beside what the machine has to give: the same comparison in one thread, in two worker threads,
// and twice at once in two threads that share nothing. Two whole cores do the last in the time of the first.
// The command is: node bench/compareWorkers.mjs [rounds]
import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { compareModels, compareModelsInWorkers } from "../packages/statistics/dist/index.js";
import { readPair } from "./predictions.mjs";

const { labels, models, findings } = readPair();
const input = { labels, models, findings };
const options = { seed: 1, replicates: 4000 };

async function seconds(work) {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

if (!isMainThread) {
  parentPort.on("message", async () =>
    parentPort.postMessage(await seconds(() => compareModels(input, options))),
  );
  parentPort.postMessage("ready");
} else {
  const pair = [0, 1].map(() => new Worker(new URL(import.meta.url)));
  await Promise.all(pair.map((worker) => once(worker, "message")));
  const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
  const times = { alone: [], workers: [], atOnce: [] };
  await compareModels(input, options);
  for (let round = 0; round < Number(process.argv[2] ?? 5); round++) {
    times.alone.push(await seconds(() => compareModels(input, options)));
    times.workers.push(await seconds(() => compareModelsInWorkers(input, { ...options, workers: 2 })));
    const answers = pair.map((worker) => once(worker, "message"));
    for (const worker of pair) worker.postMessage("go");
    times.atOnce.push(Math.max(...(await Promise.all(answers)).flat()));
  }
  for (const worker of pair) worker.terminate();
  const [alone, workers, atOnce] = Object.values(times).map(median);
  console.log(
    `4,000 paired resamples × 2 models × 14 findings × 22,433 images, medians of ${times.alone.length} rounds`,
  );
  console.log(`one thread                         ${alone.toFixed(2)} s`);
  console.log(
    `two workers                        ${workers.toFixed(2)} s   ${(alone / workers).toFixed(2)} ×`,
  );
  console.log(
    `twice at once, nothing shared      ${atOnce.toFixed(2)} s   ${((2 * alone) / atOnce).toFixed(2)} × is what two threads have here`,
  );
}
