// Do starts help on real radiographs? A small transformer is trained on two collections, from several starts, over several
// seeds, and the areas of the starts are averaged over the seeds. Every training is a stage that is kept: the same command
// goes on where it was ended. Results are printed as tables and kept in FOLDER/real.json.
// The command is: node bench/learning/realStudy.mjs [--data ../shared/data] [--out FOLDER] [--seeds 1,2,3]
import { join } from "node:path";
import { parseArgs } from "node:util";
import { randomStart } from "../../examples/pretrain/dist/pretrainStarts.js";
import { probeStarts } from "../../examples/pretrain/dist/probeStarts.js";
import { asProgram } from "../../examples/six-dataset-study/dist/asProgram.js";
import { chooseFindings } from "../../examples/six-dataset-study/dist/chooseFindings.js";
import { claimFolder } from "../../examples/six-dataset-study/dist/claimFolder.js";
import { runStages } from "../../examples/six-dataset-study/dist/graph/runStages.js";
import { predictionMatrices } from "../../examples/six-dataset-study/dist/predictionMatrices.js";
import { progressBars } from "../../examples/six-dataset-study/dist/progressBar.js";
import { readStart } from "../../examples/six-dataset-study/dist/readStart.js";
import { predictionsPath } from "../../examples/six-dataset-study/dist/stages/predictStage.js";
import { storePath } from "../../examples/six-dataset-study/dist/stages/prepareStage.js";
import { random, smallStudy } from "../../examples/six-dataset-study/dist/study.js";
import { writeFileAtomic } from "../../examples/six-dataset-study/dist/writeFileAtomic.js";
import { openRuntime } from "../../packages/runtime/dist/index.js";
import { compareModels } from "../../packages/statistics/dist/index.js";
import { readPredictions } from "../../packages/training/dist/index.js";
import { adjustTogether, joinSeeds } from "./joinSeeds.mjs";
import { dataStages, imagesOf, seedStages, startNames, startPath, trainingsOf } from "./realStages.mjs";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: process.env.CXRKIT_DATA ?? "../shared/data" },
    out: { type: "string", default: "out/real" },
    seeds: { type: "string", default: "1,2,3" },
    epochs: { type: "string", default: "20" },
    "dino-epochs": { type: "string", default: "15" },
    "supervised-epochs": { type: "string", default: "15" },
    drawings: { type: "string", default: "1500" },
    replicates: { type: "string", default: "10000" },
  },
});
const seeds = values.seeds.split(",").map(Number);
const replicates = Number(values.replicates);
const amounts = {
  dinoEpochs: Number(values["dino-epochs"]),
  supervisedEpochs: Number(values["supervised-epochs"]),
  drawings: Number(values.drawings),
};
const base = smallStudy({ folder: values.out, data: {} });
const study = {
  ...base,
  title: "Four starts on two collections of real radiographs",
  datasets: [
    {
      label: "chestxray14",
      name: "chestxray14",
      root: join(values.data, "chestxray14-sample"),
      lists: { all: "all" },
    },
    {
      label: "paediatric",
      name: "chexpert",
      root: join(values.data, "kermany-as-chexpert"),
      // Normal is what is not pneumonia: a second output would say the same once more.
      lists: { all: ["pneumonia"] },
    },
  ],
  starts: startNames.map((name) => ({ ...random, name, model: "tiny" })),
  finetuning: { ...base.finetuning, epochs: Number(values.epochs), batchSize: 16 },
};

/** Test images of a collection as each model scored them, averaged over the seeds by start. */
async function finetuned(dataset) {
  const models = {};
  const starts = Object.fromEntries(startNames.map((name) => [name, []]));
  let first;
  for (const seed of seeds)
    for (const training of trainingsOf({ ...study, seed }).filter((one) => one.dataset === dataset)) {
      const table = await readPredictions(join(study.folder, predictionsPath(training)));
      const { findings } = chooseFindings(table, study.minimumPositives);
      const matrices = predictionMatrices(table, findings);
      first ??= { findings, labels: matrices.labels, patients: matrices.patients };
      models[training.model] = matrices.scores;
      starts[training.start.name].push(training.model);
    }
  const comparison = compareModels(
    { ...first, models },
    { seed: study.seed, replicates, keepReplicates: true },
  );
  return { facts: factsOf(first), starts: joinSeeds(comparison, starts, "random") };
}

/** The same of linear models on features that stay as the start has them. */
async function probed(dataset, findings) {
  const runtime = await openRuntime(study.engine);
  const path = join(study.folder, storePath(dataset, study.imageSize));
  const images = {};
  for (const part of ["train", "valid", "test"]) images[part] = await imagesOf(path, part, findings);
  const kinds = ["random", "dino", "supervised"];
  const all = {};
  for (const seed of seeds)
    for (const kind of kinds)
      all[`${kind} ${seed}`] =
        kind === "random" ? randomStart(seed) : await readStart(join(study.folder, startPath(kind, seed)));
  const { linear } = await probeStarts(all, images, runtime, study.seed);
  const starts = Object.fromEntries(kinds.map((kind) => [kind, seeds.map((seed) => `${kind} ${seed}`)]));
  return joinSeeds(linear, starts, "random");
}

function factsOf({ findings, labels: { data, rows, columns }, patients }) {
  const positives = findings.map(
    (_, k) => Array.from(data).filter((label, i) => i % columns === k && label === 1).length,
  );
  return { findings, positives, numImages: rows, numPatients: new Set(patients).size };
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
const three = (value) => value.toFixed(3);
const small = (p) => (p < 0.001 ? p.toFixed(4) : p.toFixed(3));

const span = ({ lower, upper }) => `${signed(lower)} to ${signed(upper)}`;
const chances = ({ pValue, adjustedPValue }) => `${small(pValue)}; ${small(adjustedPValue)}`;

function rowOf(set, start, { estimate, lower, upper, bySeed, spread, difference }) {
  const area = `${three(estimate)} (${three(lower)} to ${three(upper)})`;
  const cells = [set, start, area, bySeed.map(three).join(", "), bySeed.length > 1 ? three(spread) : ""];
  if (difference === undefined) return `| ${cells.join(" | ")} | | | | | |`;
  const { ofPatients, ofBoth } = difference;
  const own = [ofPatients, ofBoth].flatMap((kind) => (kind ? [span(kind), chances(kind)] : ["", ""]));
  return `| ${[...cells, signed(difference.estimate), ...own].join(" | ")} |`;
}

function tableOf(title, sets) {
  const head = ["set", "start", "mean AUROC (95 %, patients)", "by seed", "SD", "minus random"];
  const more = ["95 %, patients", "p; Holm", "95 %, patients and seeds", "p; Holm"];
  return [
    `\n${title}\n`,
    `| ${[...head, ...more].join(" | ")} |`,
    "|---|---|---|---|---|---|---|---|---|---|",
    ...Object.entries(sets).flatMap(([set, starts]) =>
      Object.entries(starts).map(([start, area]) => rowOf(set, start, area)),
    ),
  ].join("\n");
}

await asProgram(async (signal) => {
  await claimFolder(study);
  const stages = [...dataStages(study), ...seeds.flatMap((seed) => seedStages(study, seed, amounts))];
  await runStages(study.folder, stages, { signal, show: progressBars(44) });
  const [facts, tuned, frozen] = [{}, {}, {}];
  for (const dataset of study.datasets) {
    const { facts: own, starts } = await finetuned(dataset);
    facts[dataset.label] = own;
    tuned[dataset.label] = starts;
    frozen[dataset.label] = await probed(dataset, own.findings);
    console.log(
      `${dataset.label}: ${own.numImages} test images of ${own.numPatients} patients; ${own.findings.map((name, k) => `${name} ${own.positives[k]}`).join(", ")}`,
    );
  }
  const results = { facts, finetuned: adjustTogether(tuned), probed: adjustTogether(frozen) };
  await writeFileAtomic(join(study.folder, "real.json"), `${JSON.stringify(results, null, 2)}\n`);
  console.log(tableOf(`Fine-tuned, seeds ${seeds.join(", ")}`, results.finetuned));
  console.log(tableOf(`Linear probe of frozen features, seeds ${seeds.join(", ")}`, results.probed));
});
