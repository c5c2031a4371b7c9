// A network from random weights on drawn radiographs: the area of every finding, with its interval over test patients.
// A second call goes on where the first one was ended. The command is: node bench/learning/synthetic.mjs [--out FOLDER]
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { asProgram } from "../../examples/six-dataset-study/dist/asProgram.js";
import { runAsProgram } from "../../examples/six-dataset-study/dist/runAsProgram.js";
import { random, smallStudy } from "../../examples/six-dataset-study/dist/study.js";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "out/synthetic" },
    images: { type: "string", default: "4000" },
    epochs: { type: "string", default: "12" },
    rate: { type: "string", default: "0.001" },
    model: { type: "string", default: "tiny" },
    seed: { type: "string", default: "1" },
  },
});
const { out, model } = values;
const [images, epochs, learningRate, seed] = [values.images, values.epochs, values.rate, values.seed].map(
  Number,
);
const base = smallStudy({ folder: out, data: {} });
const study = {
  ...base,
  title: `Drawn radiographs, ${model} from random weights`,
  seed,
  datasets: [
    {
      label: "drawn",
      name: "chestxray14",
      root: join(out, "data"),
      lists: { all: "all" },
      // A quarter for testing, a twentieth of the other patients to choose the epoch.
      drawing: { images, testFraction: 0.25, imageSize: 128, seed },
    },
  ],
  starts: [{ ...random, model }],
  validationFraction: 0.05,
  // What is drawn has sides and sizes: the changes are small ones.
  finetuning: { ...base.finetuning, epochs, batchSize: 16, learningRate, rotationDegrees: 3, shift: 0.02 },
  notices: ["The images are drawn by a program: the numbers say nothing about radiographs."],
  command: "node bench/learning/synthetic.mjs",
};

await asProgram(async (signal) => {
  await runAsProgram(study, { signal });
  const { comparison, numImages } = JSON.parse(
    await readFile(join(out, "comparisons", "drawn.json"), "utf8"),
  );
  const { perFinding, macro } = comparison.models.random;
  const row = ({ finding, numPositives, estimate, lower, upper }) =>
    `| ${finding.replaceAll("_", " ")} | ${finding === "macro" ? "" : numPositives} | ${estimate.toFixed(3)} | ${lower.toFixed(3)} to ${upper.toFixed(3)} |`;
  console.log(
    [
      `\n${numImages} test images of ${comparison.method.numResampled} patients\n`,
      "| finding | test positives | AUROC | 95 % interval |",
      "|---|---|---|---|",
      ...[...perFinding].sort((a, b) => b.estimate - a.estimate).map(row),
      row(macro),
    ].join("\n"),
  );
});
