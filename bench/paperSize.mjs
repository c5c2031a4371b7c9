// What each stage of the study takes as a collection grows to the paper's size: time, processor time and peak memory of
// every stage, each in a process of its own, at several numbers of rows. The rows share 2,000 drawn image files by hard
// links, in the layout of ChestX-ray14. Images are prepared at 224 px; two small networks learn for one epoch at 32 px,
// as how long training takes is a matter of the network and measured elsewhere. Ends with what 805,000 images would
// take at the rate of the largest size. Exit status 1 if a stage of seconds grows faster than rows^1.3. The command is:
// node bench/paperSize.mjs [--sizes 12500,25000,50000,100000] [--folder DIR] [--pixels 256]
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runStages } from "../examples/six-dataset-study/dist/graph/runStages.js";
import { planStudy } from "../examples/six-dataset-study/dist/planStudy.js";
import { prepareStage } from "../examples/six-dataset-study/dist/stages/prepareStage.js";
import { smallStudy } from "../examples/six-dataset-study/dist/study.js";
import { writeSyntheticDataset } from "../packages/datasets/dist/index.js";

const paperImages = 805_000;
const largestCollection = 213_921;
const numFiles = 2000;
const steepest = 1.3;
const label = "chestxray14";

/** One collection, two networks from random weights, one epoch. */
function studyIn(folder) {
  const base = smallStudy({ folder, data: { [label]: join(folder, "data") } });
  const start = base.starts[0];
  const starts = ["two-block", "tiny"].map((model) => ({ ...start, name: model, model }));
  return {
    ...base,
    starts,
    comparisons: [{ name: "starts", starts: starts.map(({ name }) => name), list: "all" }],
    imageSize: 32,
    finetuning: { ...base.finetuning, epochs: 1, batchSize: 64 },
    engine: "onnx-cpu",
  };
}

function stagesOf(study) {
  const stages = planStudy(study);
  const at = 1 + stages.findIndex(({ kind }) => kind === "prepare");
  const large = prepareStage(study, study.datasets[0], 224);
  return stages.toSpliced(at, 0, large);
}

if (process.argv[2] === "stage") {
  const [folder, name] = process.argv.slice(3);
  const study = studyIn(folder);
  const stage = stagesOf(study).find((one) => one.name === name);
  const view = { progress: () => {}, note: () => {}, finish: () => {} };
  const signal = new AbortController().signal;
  const begin = performance.now();
  const before = process.cpuUsage();
  await runStages(folder, [stage], { signal, show: () => view });
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(before);
  const { maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ seconds, processor: (user + system) / 1e6, peakMiB: maxRSS / 1024 }));
} else await main();

/** Links rows to the drawn files, with a patient of its own for each patient and round. */
function writeRows(drawn, root, numRows) {
  const tables = readdirSync(drawn).filter((name) => /\.(csv|txt)$/.test(name));
  const entries = tables.find((name) => name.startsWith("Data_Entry"));
  const [header, ...lines] = readFileSync(join(drawn, entries), "utf8").trimEnd().split("\n");
  const tests = new Set(readFileSync(join(drawn, "test_list.txt"), "utf8").trim().split("\n"));
  const folders = readdirSync(drawn, { recursive: true }).map(String);
  const pathOf = new Map(
    folders.filter((path) => path.endsWith(".png")).map((path) => [path.split("/").at(-1), path]),
  );
  mkdirSync(join(root, "images"), { recursive: true });
  const rows = [header];
  const lists = { train: [], test: [] };
  for (let i = 0; i < numRows; i++) {
    const cells = lines[i % lines.length].split(",");
    const round = Math.floor(i / lines.length);
    const name = cells[0];
    cells[3] = String(Number(cells[3]) + 100_000 * (round + 1));
    cells[0] = `${cells[3].padStart(8, "0")}_${name.split("_").at(-1)}`;
    rows.push(cells.join(","));
    lists[tests.has(name) ? "test" : "train"].push(cells[0]);
    linkSync(join(drawn, pathOf.get(name)), join(root, "images", cells[0]));
  }
  writeFileSync(join(root, entries), `${rows.join("\n")}\n`);
  writeFileSync(join(root, "train_val_list.txt"), `${lists.train.join("\n")}\n`);
  writeFileSync(join(root, "test_list.txt"), `${lists.test.join("\n")}\n`);
}

function measure(folder, name) {
  const args = [import.meta.filename, "stage", folder, name];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

async function main() {
  const { values } = parseArgs({
    options: {
      sizes: { type: "string", default: "12500,25000,50000,100000" },
      folder: { type: "string" },
      pixels: { type: "string", default: "256" },
    },
  });
  const sizes = values.sizes.split(",").map(Number);
  if (values.folder !== undefined) mkdirSync(values.folder, { recursive: true });
  const base = mkdtempSync(join(values.folder ?? tmpdir(), "paper-size-"));
  try {
    const drawn = join(base, "drawn");
    const imageSize = Number(values.pixels);
    await writeSyntheticDataset(label, drawn, { images: numFiles, seed: 1, imageSize, testFraction: 0.23 });
    const measured = [];
    for (const numRows of sizes) {
      const folder = join(base, String(numRows));
      writeRows(drawn, join(folder, "data"), numRows);
      const results = new Map();
      for (const { name } of stagesOf(studyIn(folder))) {
        const result = measure(folder, name);
        results.set(name, result);
        const { seconds, processor, peakMiB } = result;
        console.error(
          `${numRows} ${name}: ${seconds.toFixed(1)} s, processor ${processor.toFixed(1)} s, ${peakMiB.toFixed(0)} MiB`,
        );
      }
      measured.push(results);
      rmSync(folder, { recursive: true });
    }
    report(sizes, measured, imageSize);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function report(sizes, measured, pixels) {
  console.log(
    `${hostname()}, Node ${process.version}; ${numFiles} files of ${pixels} px; seconds (processor) and peak MiB by rows\n`,
  );
  const cell = (text) => text.padStart(22);
  const title = (text) => text.padEnd(28);
  console.log(
    `${title("stage")}${sizes.map((size) => cell(String(size))).join("")}${cell("growth, rows^")}${cell("805,000 images")}`,
  );
  let total = 0;
  for (const name of measured[0].keys()) {
    const results = measured.map((byName) => byName.get(name));
    const cells = results.map(({ seconds, processor, peakMiB }) =>
      cell(`${seconds.toFixed(1)} (${processor.toFixed(1)}) ${peakMiB.toFixed(0)}`),
    );
    // Of one size alone there is no growth to tell.
    const last = results.at(-1);
    const before = results.at(-2) ?? last;
    const many = sizes.at(-1);
    const few = sizes.at(-2) ?? many;
    const growth = Math.log(last.processor / before.processor) / Math.log(many / few);
    // A collection is read by itself: memory is that of the largest of the six, time that of all.
    const seconds = (last.seconds * paperImages) / many;
    const slope = many > few ? Math.max(0, (last.peakMiB - before.peakMiB) / (many - few)) : 0;
    const memory = last.peakMiB + slope * Math.max(0, largestCollection - many);
    total += seconds;
    console.log(
      `${title(name)}${cells.join("")}${cell(many > few ? growth.toFixed(2) : "–")}${cell(`${(seconds / 60).toFixed(1)} min, ${(memory / 1024).toFixed(1)} GiB`)}`,
    );
    if (last.seconds > 2 && growth > steepest) process.exitCode = 1;
  }
  console.log(
    `\nall stages: ${(total / 3600).toFixed(1)} h for 805,000 images one after the other; memory is that of a collection of ${largestCollection} images`,
  );
}
