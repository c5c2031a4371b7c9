import {
  claimChecklist,
  downloads,
  expandable,
  figureNumbers,
  forestFigure,
  modelCard,
  protocolTable,
  publishedTable,
  reportFiles,
  resultsTable,
  studyFlow,
  subgroupTable,
  type Table,
  tableAsCsv,
  tableAsHtml,
  tableAsLatex,
  tableAsMarkdown,
} from "@cxrkit/report";
import { compareModels } from "@cxrkit/statistics";

const table: Table = {
  title: "AUROC on 1,000 test images",
  columns: [{ label: "Start" }, { label: "AUROC" }, { label: "p", numbers: "pValue" }],
  rows: [
    ["DINOv2", { estimate: 0.8124, lower: 0.79, upper: 0.834 }, null],
    ["ImageNet", { estimate: 0.7804, lower: 0.755, upper: 0.803 }, 0.0004],
  ],
};

// #region tableAsHtml
export const piece = tableAsHtml(table); // DINOv2 | 0.812 (0.790–0.834) | –
// #endregion tableAsHtml

// #region tableAsCsv
export const csv = tableAsCsv(table);
// Start,AUROC,AUROC lower,AUROC upper,p
// DINOv2,0.8124,0.79,0.834,
// #endregion tableAsCsv

// #region tableAsMarkdown
export const markdown = tableAsMarkdown(table); // | DINOv2 | 0.812 (0.790–0.834) | – |
// #endregion tableAsMarkdown

// #region tableAsLatex
export const latex = tableAsLatex(table); // DINOv2 & 0.812 (0.790--0.834) & -- \\
// #endregion tableAsLatex

// #region resultsTable
const spread = { mean: 0.811, sd: 0.011, lower: 0.79, upper: 0.834, n: 3000 };
export const results = resultsTable(
  [
    { ...spread, dataset: "VinDr-CXR", start: "DINOv2", measure: "AUROC", estimate: 0.812 },
    { ...spread, dataset: "VinDr-CXR", start: "DINOv2", measure: "Accuracy", estimate: 0.8 },
  ],
  { title: "Results", layout: "wide", notes: ["n: 3,000 test images."] },
); // VinDr-CXR | DINOv2 | 0.812 (0.790–0.834) | 0.800 (0.790–0.834)
// #endregion resultsTable

// #region publishedTable
export const published = publishedTable(
  [
    {
      subject: "VinDr-CXR",
      measure: "AUROC",
      published: 0.94,
      ours: 0.93,
      tolerance: 0.02,
      source: "Table 2",
    },
    { subject: "MIMIC-CXR", measure: "AUROC", ours: 0.81 },
  ],
  { title: "Published numbers beside ours" },
); // "within tolerance"; "not known", "nothing to compare"
// #endregion publishedTable

// #region subgroupTable
export const subgroups = subgroupTable(
  [
    {
      model: "DINOv2",
      attribute: "Sex",
      group: "female",
      n: 1200,
      numPositives: 140,
      estimate: 0.81,
      lower: 0.78,
      upper: 0.84,
    },
  ],
  { title: "AUROC by sex" },
); // Sex | female | DINOv2 | 0.810 (0.780–0.840) | 1,200 | 140
// #endregion subgroupTable

// #region protocolTable
const matrix = (data: number[]) => ({ data, rows: data.length, columns: 1 });
const input = {
  labels: matrix([0, 0, 1, 1, 1, 0, 1, 0]),
  models: {
    DINOv2: matrix([0.1, 0.4, 0.35, 0.8, 0.9, 0.2, 0.7, 0.3]),
    ImageNet: matrix([0.3, 0.6, 0.2, 0.7, 0.5, 0.4, 0.6, 0.1]),
  },
  findings: ["edema"],
};
const options = { seed: 1, replicates: 100, oneClass: "redraw" } as const;
export const protocols = protocolTable(
  compareModels(input, { ...options, protocol: "as-published" }),
  compareModels(input, options),
  { title: "VinDr-CXR" },
); // three tables: areas, differences and what changes, the rules and why
// #endregion protocolTable

// #region expandable
export const folded = expandable("By finding", [results]); // the table, once a reader opens it
// #endregion expandable

// #region figureNumbers
const drawn = await forestFigure(compareModels(input, options), { title: "AUROC of both starts" });
const behind = figureNumbers([{ id: "areas", title: "Areas", content: [drawn] }]);
export const numbers = downloads(behind); // areas-figure-1.csv
// #endregion figureNumbers

// #region studyFlow
export const flow = studyFlow(
  [
    { title: "Starts", boxes: [{ name: "DINOv2" }, { name: "ImageNet" }] },
    {
      title: "Data set",
      boxes: [{ name: "CheXpert", counts: [{ label: "Images", value: "157,676" }] }],
      excluded: [{ label: "Lateral views", value: "32,387" }],
    },
  ],
  { title: "Flow of the study" },
);
// #endregion studyFlow

// #region modelCard
export const card = modelCard({
  name: "ViT-B/14, fine-tuned on CheXpert",
  details: [{ label: "Input", value: "224 × 224" }],
  intendedUse: ["Research. Not for the care of patients."],
  quantitativeAnalyses: [results],
}); // every other part says "Open: not stated."
// #endregion modelCard

// #region claimChecklist
export const checklist = claimChecklist({
  7: "CheXpert, version 1.0.",
  20: "Patients: none is in two partitions.",
}); // "2 of 44 items are filled in from the run; 42 are open."
// #endregion claimChecklist

// #region downloads
export const files = downloads([
  { name: "results.csv", content: tableAsCsv(table), description: "Every number of the table." },
]);
// #endregion downloads

// #region reportFiles
export const folder = reportFiles({
  title: "Does the start matter?",
  summary: ["It does: AUROC 0.812 against 0.780."],
  generated: "Made on 23 November 2026",
  sections: [{ id: "results", title: "Results", content: [piece, files] }],
  provenance: [{ label: "Seed", value: "7" }],
}); // report.html, README.md, results/table-1.csv, .md and .tex, results/results.csv
// #endregion reportFiles
