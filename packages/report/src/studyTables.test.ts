import { compareModels, seededRandom } from "@cxrkit/statistics";
import { expect, test } from "vitest";
import { cellsOf, textOf } from "../test/readMarkup.js";
import {
  evaluationRules,
  type PublishedRow,
  protocolTable,
  publishedTable,
  type ResultsRow,
  resultsTable,
  type SubgroupRow,
  subgroupFigure,
  subgroupTable,
} from "./index.js";

const row = (
  dataset: string,
  start: string,
  measure: string,
  more: Partial<ResultsRow> = {},
): ResultsRow => ({
  dataset,
  start,
  measure,
  estimate: 0.8,
  mean: 0.799,
  sd: 0.01,
  lower: 0.78,
  upper: 0.82,
  n: 3000,
  ...more,
});

test("the long layout has a row a number, with a dash where there is no p value", () => {
  const rows = [
    row("VinDr-CXR", "DINOv2", "AUROC"),
    row("VinDr-CXR", "ImageNet", "AUROC", { pValue: 0.0002, adjustedPValue: 0.004 }),
  ];
  const { html, tables } = resultsTable(rows, { title: "t", notes: ["n: images."] });
  expect(cellsOf(html)).toEqual([
    ["VinDr-CXR", "DINOv2", "AUROC", "0.800 (0.780–0.820)", "0.799", "0.010", "–", "–", "3,000"],
    ["VinDr-CXR", "ImageNet", "AUROC", "0.800 (0.780–0.820)", "0.799", "0.010", "<0.001", "0.004", "3,000"],
  ]);
  expect(tables?.[0]?.columns.map(({ label }) => label)).not.toContain("Finding");
  expect(textOf(html)).toContain("n: images.");
});

test("the long layout names findings where there are any", () => {
  const rows = [
    row("A", "s", "AUROC", { finding: "pleural_effusion" }),
    row("A", "s", "AUROC", { finding: "macro" }),
  ];
  const cells = cellsOf(resultsTable(rows, { title: "t" }).html);
  expect(cells.map(([, , finding]) => finding)).toEqual(["Pleural effusion", "Macro mean"]);
});

test("the wide layout has a column a measure, a dash for what is not there, and a star for what is significant", () => {
  const rows = [
    row("A", "DINOv2", "AUROC"),
    row("A", "ImageNet", "AUROC", { adjustedPValue: 0.049 }),
    row("A", "DINOv2", "Accuracy", { estimate: Number.NaN }),
    row("B", "DINOv2", "AUROC", { adjustedPValue: 0.05 }),
  ];
  const { html } = resultsTable(rows, { title: "t", layout: "wide", coverage: 0.9 });
  expect(cellsOf(html)).toEqual([
    ["A", "DINOv2", "0.800 (0.780–0.820)", "–"],
    ["A", "ImageNet", "0.800* (0.780–0.820)", "–"],
    ["B", "DINOv2", "0.800 (0.780–0.820)", "–"],
  ]);
  expect(textOf(html)).toContain("* adjusted p below 0.05.");
  expect(textOf(html)).toContain("AUROC (90 % interval)");
});

test("resultsTable refuses no rows, a blank name and, in the wide layout, two numbers for one cell", () => {
  expect(() => resultsTable([], { title: "t" })).toThrow(
    "resultsTable: rows must have at least one entry, got 0",
  );
  expect(() => resultsTable([row(" ", "s", "m")], { title: "t" })).toThrow(
    "names of row 0 must not be blank",
  );
  const twice = [row("A", "s", "m"), row("A", "s", "m")];
  expect(() => resultsTable(twice, { title: "t", layout: "wide" })).toThrow(
    'resultsTable: rows must differ, got two of m for ["A","s",null]',
  );
});

const published = (more: Partial<PublishedRow>): PublishedRow => ({
  subject: "A",
  measure: "AUROC",
  ours: 0.8,
  ...more,
});

test.each<[Partial<PublishedRow>, string[]]>([
  [
    { published: 0.81, tolerance: 0.01 + 1e-12, source: "p. 4" },
    ["0.810", "0.800", "−0.010", "0.010", "within tolerance", "p. 4"],
  ],
  [{ published: 0.7, tolerance: 0.05 }, ["0.700", "0.800", "+0.100", "0.050", "outside tolerance", "–"]],
  [{ published: 0.7 }, ["0.700", "0.800", "+0.100", "–", "no tolerance stated", "–"]],
  [{ tolerance: 0.1 }, ["not known", "0.800", "–", "0.100", "nothing to compare", "–"]],
  [
    { published: 0.7, ours: Number.NaN, tolerance: 0.1 },
    ["0.700", "–", "–", "0.100", "ours is not defined", "–"],
  ],
  [{ lower: 0.7, upper: 0.9 }, ["not known", "0.800 (0.700–0.900)", "–", "–", "nothing to compare", "–"]],
])("publishedTable says what is known and no more: %o", (more, expected) => {
  expect(cellsOf(publishedTable([published(more)], { title: "t" }).html)[0]?.slice(2)).toEqual(expected);
});

test("publishedTable counts what is not known, and refuses what is no number or no tolerance", () => {
  const text = textOf(publishedTable([published({}), published({ published: 1 })], { title: "t" }).html);
  expect(text).toContain("Of 1 of 2 numbers no published value is known; nothing is compared there.");
  expect(() => publishedTable([published({ published: Number.NaN })], { title: "t" })).toThrow(
    "publishedTable: published number of A must lie in",
  );
  expect(() => publishedTable([published({ published: 1, tolerance: 0 })], { title: "t" })).toThrow(
    "tolerance of A must lie in",
  );
});

const group = (model: string, name: string, estimate: number): SubgroupRow => ({
  model,
  attribute: "Sex",
  group: name,
  n: 1200,
  numPositives: 140,
  estimate,
  lower: estimate - 0.02,
  upper: estimate + 0.02,
});

test("subgroupTable has every group with its counts", () => {
  const { html } = subgroupTable([group("a", "female", 0.8), group("a", "male", Number.NaN)], { title: "t" });
  expect(cellsOf(html)).toEqual([
    ["Sex", "female", "a", "0.800 (0.780–0.820)", "1,200", "140"],
    ["Sex", "male", "a", "–", "1,200", "140"],
  ]);
});

test("subgroupFigure has a row a group and a dash for a model without it", async () => {
  const { description } = await subgroupFigure([group("a", "female", 0.8), group("b", "male", 0.7)], {
    title: "t",
  });
  expect(description).toContain(
    "Sex: female: a 0.800 (0.780–0.820), b not defined; Sex: male: a not defined, b 0.700",
  );
});

test.each([
  ["subgroupTable", async (rows: SubgroupRow[]) => subgroupTable(rows, { title: "t" })],
  ["subgroupFigure", (rows: SubgroupRow[]) => subgroupFigure(rows, { title: "t" })],
] as const)("%s refuses no rows, a row twice and a count that is none", async (name, draw) => {
  await expect(draw([])).rejects.toThrow(`${name}: rows must have at least one entry, got 0`);
  await expect(draw([group("a", "f", 1), group("a", "f", 1)])).rejects.toThrow(
    'rows must be unique, got "a, Sex, f" twice',
  );
  await expect(draw([{ ...group("a", "f", 1), n: 0.5 }])).rejects.toThrow(
    "images of Sex f must be an integer ≥ 0, got 0.5",
  );
});

const random = seededRandom(11);
const labels = Array.from({ length: 240 }, () => (random() < 0.4 ? 1 : 0));
const scoresOf = (gain: number) => labels.map((label) => gain * label + random());
const input = {
  labels: { data: labels, rows: 120, columns: 2 },
  models: {
    strong: { data: scoresOf(0.9), rows: 120, columns: 2 },
    weak: { data: scoresOf(0.55), rows: 120, columns: 2 },
  },
  findings: ["edema", "hernia"],
};
const corrected = compareModels(input, { seed: 3, replicates: 100 });
const asPublished = compareModels(input, { seed: 3, replicates: 100, protocol: "as-published" });

test("protocolTable has the numbers of both records, what changes, and the rules with their reasons", () => {
  const { html, tables } = protocolTable(asPublished, corrected, { title: "CheXpert" });
  expect(tables?.map(({ title }) => title)).toEqual([
    "CheXpert: AUROC under both protocols",
    "CheXpert: differences under both protocols",
    "CheXpert: what differs and why",
  ]);
  const [areas, differences, rules] = tables!;
  const { mean, standardDeviation } = asPublished.models.weak!.macro;
  const { estimate, lower, upper } = corrected.models.weak!.macro;
  expect(areas?.rows.at(-1)).toEqual([
    "Macro mean",
    "weak",
    mean,
    standardDeviation,
    { estimate, lower, upper },
  ]);
  expect(differences?.rows).toHaveLength(3);
  for (const [k, line] of differences!.rows.entries()) {
    const before = [...asPublished.pairs[0]!.perFinding, asPublished.pairs[0]!.macro][k]!;
    const after = [...corrected.pairs[0]!.perFinding, corrected.pairs[0]!.macro][k]!;
    const [, , changes, , p, conclusion, , adjusted, verdict] = line;
    expect([p, adjusted]).toEqual([before.pValue, after.adjustedPValue]);
    expect(conclusion).toBe(before.pValue <= 0.05 ? "strong higher" : "none shown");
    expect(verdict).toBe(after.adjustedPValue < 0.05 ? "strong higher" : "none shown");
    expect(changes).toBe(conclusion === verdict ? "no" : "yes");
  }
  expect(rules?.rows).toHaveLength(evaluationRules.length);
  expect(textOf(html)).toContain("Images of one patient are alike");
});

test("protocolTable has no rules where none are given, and no differences of one model", () => {
  const { strong } = corrected.models;
  const alone = { ...corrected, models: { strong: strong! }, pairs: [] };
  expect(protocolTable(alone, alone, { title: "t", rules: [] }).tables).toHaveLength(1);
});

test("protocolTable refuses records of other models", () => {
  const { weak, strong } = asPublished.models;
  const other = { ...asPublished, models: { weak: weak!, strong: strong! } };
  expect(() => protocolTable(other, corrected, { title: "t" })).toThrow(
    "protocolTable: models, pairs and findings must be those of the other, ",
  );
});
