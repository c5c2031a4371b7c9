import { compareModels, seededRandom } from "@cxrkit/statistics";
import {
  attentionFigure,
  calibrationFigure,
  claimChecklist,
  comparisonTable,
  crossDatasetFigure,
  datasetCard,
  differenceFigure,
  downloads,
  expandable,
  type HtmlReportInput,
  modelCard,
  protocolTable,
  publishedTable,
  type ResultsRow,
  resultsTable,
  rocFigure,
  rocGrid,
  type SubgroupRow,
  studyFlow,
  subgroupFigure,
  subgroupTable,
  tableAsCsv,
  trainingFigure,
} from "../src/index.js";

const findings = ["cardiomegaly", "pleural_effusion", "pneumothorax", "no_finding"];
const starts = ["DINOv2", "ImageNet", "MIMIC-CXR"];
const datasets = ["VinDr-CXR", "ChestX-ray14", "CheXpert", "PadChest"];
const numImages = 400;
const random = seededRandom(5);
const labels = Float64Array.from({ length: numImages * findings.length }, () => (random() < 0.3 ? 1 : 0));
const patients = Array.from({ length: numImages }, (_, i) => Math.floor(i / 2));

/** Made-up scores of one start; the gain moves those of positives up. */
function scoresOf(gain: number): Float64Array {
  return labels.map((label) => Math.min(1, Math.max(0, 0.25 + gain * label + 0.5 * (random() - 0.5))));
}

const models = { DINOv2: scoresOf(0.25), ImageNet: scoresOf(0.18), "MIMIC-CXR": scoresOf(0.22) };

function comparisonOf(protocol: "corrected" | "as-published") {
  const matrix = (data: Float64Array) => ({ data, rows: numImages, columns: findings.length });
  const scores = Object.fromEntries(Object.entries(models).map(([name, data]) => [name, matrix(data)]));
  const input = { labels: matrix(labels), models: scores, findings, patients };
  return compareModels(input, { seed: 7, replicates: 200, protocol });
}

const corrected = comparisonOf("corrected");
const asPublished = comparisonOf("as-published");
const column = (data: ArrayLike<number>, k: number) =>
  Float64Array.from({ length: numImages }, (_, i) => data[i * findings.length + k] as number);
const curvesOf = (k: number) =>
  Object.entries(models).map(([name, data]) => ({
    name,
    labels: column(labels, k),
    scores: column(data, k),
  }));

const results: ResultsRow[] = datasets.flatMap((dataset, d) =>
  starts.flatMap((start, s) =>
    ["AUROC", "Accuracy", "Sensitivity", "Specificity"].map((measure, m) => {
      const estimate = 0.9 - 0.02 * s - 0.03 * d - 0.04 * m;
      const p = s === 0 ? {} : { pValue: 0.004 * s + 0.01 * m, adjustedPValue: 0.008 * s + 0.02 * m };
      const spread = { mean: estimate - 0.001, sd: 0.009, lower: estimate - 0.018, upper: estimate + 0.017 };
      return { dataset, start, measure, estimate, ...spread, ...p, n: 3000 + 7000 * d };
    }),
  ),
);

const subgroups: SubgroupRow[] = [
  ["Sex", "female"],
  ["Sex", "male"],
  ["Age", "below 40"],
  ["Age", "40 to 59"],
  ["Age", "60 to 74"],
  ["Age", "75 and above"],
].flatMap(([attribute, group], g) =>
  starts.slice(0, 2).map((model, s) => {
    const estimate = g === 2 ? Number.NaN : 0.86 - 0.02 * s - 0.01 * g;
    return {
      model,
      attribute: attribute as string,
      group: group as string,
      n: 1300 - 110 * g,
      numPositives: g === 2 ? 0 : 140 - 12 * g,
      estimate,
      lower: estimate - 0.03,
      upper: estimate + 0.028,
    };
  }),
);

const side = 160;

/** A made-up radiograph: two dark lungs in a grey chest. */
function chest(): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) / side - 0.5, Math.floor(i / side) / side - 0.5];
    const lung = ((Math.abs(x) - 0.2) / 0.14) ** 2 + ((y + 0.02) / 0.32) ** 2;
    const body = (x / 0.47) ** 2 + (y / 0.6) ** 4;
    const rib = 14 * Math.max(0, Math.cos(46 * (y + 0.6 * x * x)));
    return body > 1
      ? 8
      : lung < 1
        ? 50 + 40 * lung + rib
        : 150 + 40 * (1 - body) - 60 * Math.max(0, lung - 4) * 0.05;
  });
}

function blob(cx: number, cy: number): Float64Array {
  return Float64Array.from({ length: 256 }, (_, i) =>
    Math.exp(-(((i % 16) - cx) ** 2 + (Math.floor(i / 16) - cy) ** 2) / 9),
  );
}

const attention = [0, 1].map((i) => ({
  caption: ["Pleural effusion, left", "No finding"][i] as string,
  alt: `Frontal chest radiograph, labelled ${["pleural effusion", "no finding"][i]}`,
  pixels: chest(),
  width: side,
  height: side,
  maps: starts.map((start, s) => ({
    start,
    values: blob(11 - 3 * s - 2 * i, 11 - 4 * s),
    width: 16,
    height: 16,
    caption: `Score ${(0.9 - 0.1 * s).toFixed(2)}`,
  })),
}));

/** A report with a piece of every kind, with numbers that are made up. */
export async function sampleReport(): Promise<HtmlReportInput> {
  const table = resultsTable(results, {
    title: "Every measure of every start on every data set",
    notes: [
      "p: difference from DINOv2 on the same resamples of patients.",
      "Mean and SD: of the replicates. n: test images.",
    ],
  });
  const wide = resultsTable(results, { title: "Results at a glance", layout: "wide" });
  const band = { seed: 7, replicates: 100, patients };
  return {
    title: "Does a start on natural images help?",
    summary: [
      "DINOv2 reads better than ImageNet: the mean AUROC is higher by 0.049 (0.031 to 0.066, p = 0.010).",
      "DINOv2: mean AUROC 0.854 over 4 findings (95 % interval 0.836 to 0.872).",
      "400 test images of 200 patients, none of whom is in the training or the validation split.",
    ],
    generated: "Made on 23 November 2026",
    sections: [
      {
        id: "results",
        title: "Results",
        lead: "Test images only, both starts on the same ones.",
        content: [wide, expandable("Every number", [table])],
      },
      {
        id: "differences",
        title: "Differences",
        content: [
          comparisonTable(corrected),
          await differenceFigure(corrected, { title: "Paired differences with their intervals" }),
        ],
      },
      {
        id: "curves",
        title: "Curves",
        content: [],
        subsections: [
          {
            id: "roc",
            title: "ROC curves",
            content: [
              await rocGrid(
                findings.map((finding, k) => ({ finding, curves: curvesOf(k) })),
                { title: "ROC curves by finding", band },
              ),
              await rocFigure({ curves: curvesOf(1) }, { title: "ROC curves of pleural effusion", band }),
            ],
          },
          {
            id: "calibration",
            title: "Calibration",
            content: [
              await calibrationFigure({ curves: curvesOf(1) }, { title: "Calibration for pleural effusion" }),
            ],
          },
          {
            id: "training",
            title: "Training",
            content: [
              await trainingFigure(
                starts.map((name, s) => ({
                  name,
                  epochs: Array.from({ length: 30 }, (_, i) => ({
                    epoch: i + 1,
                    trainingLoss: 0.6 * Math.exp(-i / 12) + 0.05 * s,
                    validationLoss: 0.5 * Math.exp(-i / 8) + 0.004 * i + 0.05 * s,
                    validationScore: 0.87 - 0.03 * s - 0.3 * Math.exp(-i / 5),
                  })),
                })),
                { title: "Loss and validation score by epoch", scoreName: "Validation AUROC" },
              ),
            ],
          },
        ],
      },
      {
        id: "attention",
        title: "Attention",
        content: [await attentionFigure(attention, { title: "Where each start looks" })],
      },
      {
        id: "groups",
        title: "Groups of patients and other hospitals",
        content: [
          subgroupTable(subgroups, { title: "AUROC by group" }),
          await subgroupFigure(subgroups, { title: "AUROC by group, with intervals" }),
          await crossDatasetFigure(
            datasets.flatMap((train, a) =>
              datasets.map((test, b) => ({
                train,
                test,
                estimate: a === 3 && b === 0 ? Number.NaN : 0.94 - 0.05 * b - 0.03 * Math.abs(a - b),
              })),
            ),
            { title: "Trained on one data set, tested on another" },
          ),
        ],
      },
      {
        id: "published",
        title: "Published numbers",
        content: [
          publishedTable(
            [
              {
                subject: "VinDr-CXR",
                measure: "AUROC",
                published: 0.89,
                ours: 0.9,
                tolerance: 0.02,
                source: "A paper, 2024",
              },
              {
                subject: "CheXpert",
                measure: "AUROC",
                published: 0.8,
                ours: 0.84,
                tolerance: 0.02,
                source: "A paper, 2024",
              },
              { subject: "PadChest", measure: "AUROC", ours: 0.81, lower: 0.79, upper: 0.83 },
            ],
            { title: "Published numbers beside ours" },
          ),
          protocolTable(asPublished, corrected, { title: "ChestX-ray14" }),
        ],
      },
      {
        id: "data",
        title: "Data",
        content: [
          studyFlow(
            [
              {
                title: "Starts",
                detail: "The same architecture, three sets of first weights.",
                boxes: starts.map((name) => ({
                  name,
                  detail: "ViT-B",
                  counts: [{ label: "Parameters", value: "86 M" }],
                })),
              },
              {
                title: "Data sets",
                boxes: datasets.map((name, d) => ({
                  name,
                  counts: [
                    { label: "Images", value: `${12 + 30 * d},000` },
                    { label: "Patients", value: `${9 + 11 * d},000` },
                  ],
                })),
                excluded: [{ label: "Lateral views", value: "32,387" }],
              },
              { title: "Test", boxes: [{ name: "Comparison", detail: "Paired bootstrap of patients." }] },
            ],
            { title: "Flow of the study" },
          ),
          datasetCard({
            name: "ChestX-ray14",
            facts: [
              { label: "Licence", value: "free to use" },
              { label: "Images", value: "112,120 of 30,805 patients" },
            ],
            findings: findings.map((finding, k) => ({
              finding,
              numPositives: 2776 * (k + 1),
              numNegatives: 109_344 - 2776 * k,
              numMissing: 0,
            })),
          }),
        ],
      },
      {
        id: "about",
        title: "About this study",
        content: [
          modelCard({
            name: "ViT-B/14 from DINOv2, fine-tuned on ChestX-ray14",
            details: [
              { label: "Kind", value: "Vision transformer, 86.6 M parameters" },
              { label: "Input", value: "224 × 224, grey" },
            ],
            intendedUse: ["For research. Not for the care of patients."],
            metrics: ["AUROC with 95 % intervals by a bootstrap of patients."],
          }),
          claimChecklist({
            7: "ChestX-ray14, version 2020.",
            20: "Patients.",
            24: "DINOv2 and ImageNet-21k.",
          }),
          downloads([
            {
              name: "results.csv",
              content: tableAsCsv(table.tables![0]!),
              description: "Every number of the first table.",
            },
            { name: "seeds.json", content: '{"seed":7}\n' },
          ]),
        ],
      },
    ],
    provenance: [
      { label: "Command", value: "npm run study -- --data chestxray14=/data/chestxray14 --seed 7" },
      { label: "Seed", value: "7" },
      { label: "Node.js", value: "v22.11.0" },
    ],
  };
}
