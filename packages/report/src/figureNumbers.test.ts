import { readFileSync } from "node:fs";
import { rocAuc } from "@cxrkit/metrics";
import { expect, test } from "vitest";
import { sampleReport } from "../test/sampleReport.js";
import { tinyComparison } from "../test/tinyComparison.js";
import {
  calibrationFigure,
  crossDatasetFigure,
  expandable,
  figureNumbers,
  forestFigure,
  reportFiles,
  resultsTable,
  rocFigure,
  trainingFigure,
} from "./index.js";

const report = await sampleReport();
/** Lines of a file of numbers, without its headings, in cells. */
const cells = (csv: string) =>
  csv
    .trimEnd()
    .split("\r\n")
    .slice(1)
    .map((line) => line.split(","));

test("each drawing with numbers has a file of the same digits in the page's downloads and in the folder", () => {
  const files = reportFiles(report);
  const inPage = figureNumbers(report.sections);
  expect(inPage.map(({ name }) => name)).toContain("roc-figure-4.csv");
  for (const { name, content } of inPage) {
    const [, id, number] = /^(.*)-figure-(\d+)\.csv$/.exec(name) as unknown as string[];
    expect(files.get(`${id}/figure-${number}.csv`)).toBe(content);
    expect(files.has(`${id}/figure-${number}.svg`)).toBe(true);
  }
  expect(inPage).toHaveLength([...files.keys()].filter((path) => path.endsWith(".svg")).length);
});

test("a forest's numbers are those of the comparison, in full", async () => {
  const comparison = tinyComparison();
  const { numbers } = await forestFigure(comparison, { title: "Areas" });
  const models = Object.entries(comparison.models);
  const expected = (models[0]?.[1].perFinding ?? []).flatMap((_, k) =>
    models.map(([name, { perFinding }]) => [name, perFinding[k]?.estimate]),
  );
  const got = numbers?.rows.map(([, series, cell]) => [
    series,
    (cell as { readonly estimate: number }).estimate,
  ]);
  expect(got?.slice(0, expected.length)).toEqual(expected);
});

test("a ROC curve's numbers have its corners from nothing to everything, and its area under them", async () => {
  const { cases } = JSON.parse(
    readFileSync(new URL("../fixtures/sklearn/rocBand.json", import.meta.url), "utf8"),
  ) as { readonly cases: readonly { readonly input: { labels: number[]; scores: number[] } }[] };
  for (const { input } of cases) {
    const { numbers } = await rocFigure({ curves: [{ name: "a", ...input }] }, { title: "Curve" });
    const points = numbers?.rows.map(([, x, y]) => [x, y]) as [number, number][];
    expect([points[0], points.at(-1)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const area = points.slice(1).reduce((sum, [x, y], i) => {
      const [before, height] = points[i] as [number, number];
      return sum + ((x - before) * (y + height)) / 2;
    }, 0);
    // Corners lie on a raster of a tenth of a pixel of 400.
    expect(Math.abs(area - rocAuc(input.labels, input.scores))).toBeLessThan(1 / 4000);
  }
});

test("what is not there is an empty cell", async () => {
  const training = await trainingFigure(
    [
      {
        name: "a",
        epochs: [
          { epoch: 1, trainingLoss: 0.5 },
          { epoch: 2, validationScore: 0.7 },
        ],
      },
    ],
    { title: "Training", scoreName: "AUROC" },
  );
  const cross = await crossDatasetFigure([{ train: "x", test: "y", estimate: Number.NaN }], {
    title: "Across",
  });
  const files = figureNumbers([{ id: "all", title: "All", content: [training, cross, "words"] }]);
  expect(cells(String(files[0]?.content))).toEqual([
    ["a", "1", "0.5", "", ""],
    ["a", "2", "", "", "0.7"],
  ]);
  expect(cells(String(files[1]?.content))).toEqual([["x", "y", "", "", ""]]);
});

test("a calibration's numbers count every labelled image once", async () => {
  const scores = Array.from({ length: 50 }, (_, i) => i / 50);
  const labels = scores.map((score, i) => (i % 7 === 0 ? Number.NaN : score > 0.5 ? 1 : 0));
  const { numbers } = await calibrationFigure({ curves: [{ name: "a", labels, scores }] }, { title: "Bins" });
  const count = numbers?.rows.reduce((sum, row) => sum + (row[3] as number), 0);
  expect(count).toBe(labels.filter((label) => !Number.isNaN(label)).length);
});

test("expandable hands on what is in it, and refuses what says nothing", async () => {
  const row = { mean: 0.8, sd: 0.1, lower: 0.7, upper: 0.9, n: 10 };
  const table = resultsTable([{ ...row, dataset: "a", start: "b", measure: "AUROC", estimate: 0.8 }], {
    title: "Results",
  });
  const figure = await forestFigure(tinyComparison(), { title: "Areas" });
  const piece = expandable("More & more", ["words", table, figure]);
  expect(piece.html).toMatch(/^<details class="more"><summary>More &amp; more<\/summary>\n<p>words<\/p>/);
  expect(piece.tables).toEqual(table.tables);
  expect(piece.drawings).toEqual([figure]);
  expect(() => expandable(" ", ["words"])).toThrow("expandable: summary must");
  expect(() => expandable("More", [])).toThrow("expandable: content must have at least one entry, got 0");
});
