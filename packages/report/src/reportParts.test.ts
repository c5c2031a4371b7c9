import { expect, test } from "vitest";
import { readMarkup, textOf } from "../test/readMarkup.js";
import { tinyPng } from "../test/tinyPng.js";
import {
  calibrationFigure,
  claimChecklist,
  crossDatasetFigure,
  downloads,
  imageGrid,
  modelCard,
  studyFlow,
  tableAsHtml,
} from "./index.js";

const hostile = '"><script>alert(1)</script>&\u0000';

test("studyFlow is a list of steps with their boxes, counts and what is left out, in order", () => {
  const { html } = studyFlow(
    [
      { title: "Starts", detail: "Three.", boxes: [{ name: "DINOv2" }, { name: "ImageNet", detail: "21k" }] },
      {
        title: "Data",
        boxes: [{ name: "CheXpert", counts: [{ label: "Images", value: "157,676" }] }],
        excluded: [{ label: "Lateral", value: "32,387" }],
      },
    ],
    { title: "Flow" },
  );
  expect(textOf(html).trim()).toBe(
    "Flow Starts Three. DINOv2 ImageNet 21k Data CheXpert Images 157,676 Left out Lateral 32,387",
  );
  expect(readMarkup(html).filter(({ name }) => name === "li")).toHaveLength(5);
});

test("studyFlow refuses a flow without steps, boxes or names", () => {
  expect(() => studyFlow([], { title: "t" })).toThrow("studyFlow: steps must have at least one entry, got 0");
  expect(() => studyFlow([{ title: "a", boxes: [] }], { title: "t" })).toThrow(
    "boxes of a must have at least one entry",
  );
  expect(() => studyFlow([{ title: "a", boxes: [{ name: " " }] }], { title: "t" })).toThrow(
    'name of a box of a must not be blank, got " "',
  );
});

test("modelCard has its nine parts in order and marks as open what is not said", () => {
  const record = { title: "Areas", columns: [{ label: "a" }], rows: [["x"]] };
  const { html, tables } = modelCard({
    name: "ViT-B/14",
    details: [{ label: "Size", value: "86 M" }],
    intendedUse: ["Research."],
    quantitativeAnalyses: [tableAsHtml(record), "By group: see above."],
    caveats: [],
  });
  const parts = [...html.matchAll(/<h4>(.*?)<\/h4>/g)].map(([, part]) => part);
  expect(parts).toEqual([
    "Model details",
    "Intended use",
    "Factors",
    "Metrics",
    "Evaluation data",
    "Training data",
    "Quantitative analyses",
    "Ethical considerations",
    "Caveats and recommendations",
  ]);
  expect(html.match(/Open: not stated\./g)).toHaveLength(6);
  expect(tables).toEqual([record]);
  expect(() => modelCard({ name: "" })).toThrow('modelCard: name must not be blank, got ""');
  expect(() => modelCard({ name: "m", factors: [7 as unknown as string] })).toThrow(
    "modelCard: content of Factors must be text, Html or Svg, got number",
  );
});

test("claimChecklist has 44 items, those that are known with their answer and the rest open", () => {
  const { html, tables } = claimChecklist({ 1: "Deep learning, in the title.", 44: "None." });
  expect(tables?.[0]?.rows.map(([number]) => number)).toEqual(Array.from({ length: 44 }, (_, i) => i + 1));
  expect(html.match(/class="open">Open</g)).toHaveLength(42);
  expect(textOf(html)).toContain("2 of 44 items are filled in from the run; 42 are open.");
  expect(textOf(html)).toMatch(/44 Funding and the role of funders None\./);
  expect(new Set(tables?.[0]?.rows.map(([, , subject]) => subject)).size).toBe(44);
});

test.each([[0], [45], [1.5]])("claimChecklist refuses an answer to item %d", (number) => {
  expect(() => claimChecklist({ [number]: "x" })).toThrow(
    `claimChecklist: number of an item must be an integer from 1 to 44, got ${number}`,
  );
});

test("claimChecklist refuses a blank answer, which would count as given", () => {
  expect(() => claimChecklist({ 3: " " })).toThrow('answer to item 3 must not be blank, got " "');
});

test("downloads holds the bytes it was given, with name and size", () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256);
  const files = [
    { name: "a.csv", content: "ä\n", description: "Umlaut" },
    { name: "b.arrow", content: bytes },
  ];
  const { html, files: kept } = downloads(files);
  const [text, arrow] = [...html.matchAll(/href="data:([^;]*)[^,]*;base64,([^"]*)" download="([^"]*)"/g)];
  expect(text?.slice(1)).toEqual(["text/csv", Buffer.from("ä\n").toString("base64"), "a.csv"]);
  expect(arrow?.[1]).toBe("application/vnd.apache.arrow.file");
  expect(Buffer.from(arrow?.[2] ?? "", "base64").equals(bytes)).toBe(true);
  expect(textOf(html)).toContain("b.arrow 70.0 kB");
  expect(kept).toEqual(files);
});

test.each(["../a.csv", "a/b.csv", ".hidden", "", "con.csv", "a.", "a\n.csv", 'a".csv', "C:a"])(
  "downloads refuses the name %j",
  (name) => {
    expect(() => downloads([{ name, content: "x" }])).toThrow("downloads: name of a file must match");
  },
);

test("downloads refuses no file, one name twice, and too much", () => {
  const file = { name: "a.csv", content: "12345" };
  expect(() => downloads([])).toThrow("downloads: files must have at least one entry, got 0");
  expect(() => downloads([file, file])).toThrow('names of files must be unique, got "a.csv" twice');
  expect(() => downloads([file], { maxBytes: 4 })).toThrow("files must have at most 4 bytes together, got 5");
});

test("imageGrid gives its images on as files", () => {
  const { files } = imageGrid([{ png: tinyPng, caption: "c", alt: "a" }], { title: "t" });
  expect(files).toEqual([{ name: "image-1.png", content: tinyPng, description: "c" }]);
});

test("no text of the caller's makes a tag or an attribute, in any part", () => {
  const draw = (text: string) => [
    studyFlow(
      [
        {
          title: `t${text}`,
          detail: text,
          boxes: [{ name: `n${text}`, detail: text, counts: [{ label: text, value: text }] }],
          excluded: [{ label: text, value: text }],
        },
      ],
      { title: `t${text}` },
    ),
    modelCard({ name: `n${text}`, details: [{ label: text, value: text }], factors: [text] }),
    claimChecklist({ 1: `a${text}` }, { title: `t${text}` }),
    downloads([{ name: "a.csv", content: "x", description: text }], { title: `t${text}` }),
  ];
  expect(draw(hostile).map(({ html }) => readMarkup(html))).toEqual(
    draw("x").map(({ html }) => readMarkup(html)),
  );
});

test("crossDatasetFigure writes every number, frames what is the same, and shows a dash for NaN", async () => {
  const { svg, description } = await crossDatasetFigure(
    [
      { train: "A", test: "A", estimate: 0.9, lower: 0.88, upper: 0.92 },
      { train: "A", test: "B", estimate: 0.7 },
      { train: "B", test: "A", estimate: Number.NaN },
    ],
    { title: "t", measure: "AUROC" },
  );
  expect(description).toBe(
    "AUROC, trained on one data set and tested on another. A to A 0.900 (0.880–0.920); A to B 0.700; B to A not defined.",
  );
  const text = textOf(svg);
  for (const one of ["0.900", "0.700", "–", "Trained on", "Tested on"]) expect(text).toContain(one);
  expect(svg.match(/stroke="currentColor" stroke-width="1.5"/g)).toHaveLength(1);
  const opacities = [...svg.matchAll(/fill-opacity="([\d.]+)"/g)].map(([, value]) => Number(value));
  expect(Math.max(...opacities)).toBeCloseTo(0.48);
});

test("crossDatasetFigure draws cells that are all the same, and refuses one twice", async () => {
  const cell = { train: "A", test: "B", estimate: 0.7 };
  expect((await crossDatasetFigure([cell], { title: "t" })).svg).toContain("0.700");
  await expect(crossDatasetFigure([cell, cell], { title: "t" })).rejects.toThrow(
    "crossDatasetFigure: cells must be unique",
  );
  await expect(crossDatasetFigure([], { title: "t" })).rejects.toThrow(
    "cells must have at least one entry, got 0",
  );
});

const labels = [0, 0, 1, 1, 1, 0, 1, 0];
const scores = [0.1, 0.15, 0.12, 0.9, 0.95, 0.92, 0.55, 0.55];

test("calibrationFigure states error, score and every bin, and names what it cannot draw", async () => {
  const { description, svg } = await calibrationFigure(
    {
      curves: [
        { name: "a", labels, scores },
        { name: "b", labels: labels.map(() => Number.NaN), scores },
      ],
    },
    { title: "t", bins: 2 },
  );
  expect(description).toMatch(/a: ECE 0\.18[78], Brier 0\.271; /);
  expect(description).toMatch(/0\.123 to 0\.333 \(3\), 0\.774 to 0\.600 \(5\)/);
  expect(description).toContain("b: no labelled image");
  expect(textOf(svg)).toContain("Not drawn: b (no labelled image)");
});

test("calibrationFigure refuses scores that are no probabilities, no curve, and two of one name", async () => {
  const one = { name: "a", labels, scores };
  await expect(calibrationFigure({ curves: [] }, { title: "t" })).rejects.toThrow(
    "curves must have at least one entry",
  );
  await expect(calibrationFigure({ curves: [one, one] }, { title: "t" })).rejects.toThrow('got "a" twice');
  const far = { ...one, scores: scores.map((score) => 3 * score) };
  await expect(calibrationFigure({ curves: [far] }, { title: "t" })).rejects.toThrow("calibrationCurve");
});
