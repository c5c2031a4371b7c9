import { expect, test } from "vitest";
import * as figures from "./figures.example.js";
import { legend, page } from "./readme.example.js";
import * as report from "./report.example.js";
import * as tables from "./tables.example.js";

test("the README's example gives the figure and the page it states", () => {
  expect(legend).toMatch(/Small model: AUROC 0\.750; Large model: AUROC 0\.938\.$/);
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain('<th scope="row">Pleural effusion</th><td>4</td><td>4</td><td>0</td>');
  expect(page).toContain('<li><a href="#curves">Curves</a></li>');
});

test("the examples of the reference say what they state", () => {
  expect(report.roc.description).toMatch(/^ROC curves, .* DINOv2: AUROC 0\.750\.$/);
  expect(report.grid.html).toContain("no positive image");
  expect(report.forest.description).toContain(
    "Edema: DINOv2 0.812 (0.790–0.834), ImageNet 0.780 (0.755–0.803); ",
  );
  expect(report.differences.description).toContain("Edema: DINOv2 − ImageNet +0.032 (+0.016 to +0.048); ");
  expect(report.training.description).toMatch(/DINOv2: 2 epochs, best Macro AUROC 0\.780\.$/);
  expect(report.table.html).toContain('0.812 <span class="interval">(0.790–0.834)</span>');
  expect(report.card.html).toContain("11.9\u202f%");
  expect(report.images.html).toContain('width="1" height="1" alt="One grey pixel"');
});

test("the examples of figures say what they state", () => {
  expect(figures.banded.description).toMatch(
    /Bands: 95\u202f% pointwise, vertical averaging of 200 resamples of patients, seed 7\.$/,
  );
  expect(figures.calibration.description).toMatch(
    /DINOv2: ECE 0\.058, Brier 0\.114; 0\.263 to 0\.250 \(4\), 0\.850 to 1\.000 \(2\)\.$/,
  );
  expect(figures.groups.description).toContain("Sex: female: DINOv2 0.810 (0.780–0.840); ");
  expect(figures.cross.description).toMatch(/CheXpert to PadChest 0\.840\.$/);
  expect(figures.attention.html).toContain(
    "Attention of DINOv2: strongest at the lower right of the picture",
  );
});

test("the examples of tables say what they state", () => {
  expect(tables.piece.html).toContain('0.812 <span class="interval">(0.790–0.834)</span>');
  expect(tables.csv).toMatch(/^Start,AUROC,AUROC lower,AUROC upper,p\r\nDINOv2,0\.8124,0\.79,0\.834,\r\n/);
  expect(tables.markdown).toContain("| DINOv2 | 0.812 (0.790–0.834) | – |");
  expect(tables.latex).toContain("DINOv2 & 0.812 (0.790--0.834) & -- \\\\");
  expect(tables.results.html).toContain('0.800 <span class="interval">(0.790–0.834)</span>');
  for (const words of ["within tolerance", "not known", "nothing to compare"])
    expect(tables.published.html).toContain(words);
  expect(tables.subgroups.html).toContain(">1,200<");
  expect(tables.protocols.tables).toHaveLength(3);
  expect(tables.folded.html).toContain("<summary>By finding</summary>");
  expect(tables.folded.tables).toEqual(tables.results.tables);
  expect(tables.numbers.files?.map(({ name }) => name)).toEqual(["areas-figure-1.csv"]);
  expect(tables.flow.html).toContain("32,387");
  expect(tables.card.html.match(/Open: not stated\./g)).toHaveLength(6);
  expect(tables.checklist.html).toContain("2 of 44 items are filled in from the run; 42 are open.");
  expect([...tables.folder.keys()]).toEqual([
    "report.html",
    "results/table-1.csv",
    "results/table-1.md",
    "results/table-1.tex",
    "results/results.csv",
    "README.md",
  ]);
});
