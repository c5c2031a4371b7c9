import { expect, test } from "vitest";
import { textOf } from "../test/readMarkup.js";
import { rocFigure } from "./index.js";

const labels = [0, 0, 1, 1, 0, 1];
const scores = [0.1, 0.4, 0.35, 0.8, 0.6, 0.7];
const curve = (name: string) => ({ name, labels, scores });

test("rocFigure draws every corner of the curve and nothing between", async () => {
  const { svg } = await rocFigure({ curves: [curve("a")] }, { title: "t", width: 300 });
  // By hand: scores descending 0.8 P, 0.7 P, 0.6 N, 0.4 N, 0.35 P, 0.1 N.
  expect(svg).toContain('d="M0,300L0,100L200,100L200,0L300,0"');
});

test("rocFigure states the estimate it is given, and otherwise the area of the scores", async () => {
  const estimate = { estimate: 0.8124, lower: 0.79, upper: 0.8336 };
  const { svg } = await rocFigure(
    { curves: [{ ...curve("given"), estimate }, curve("computed")] },
    { title: "t" },
  );
  expect(textOf(svg)).toContain("given: AUROC 0.812 (0.790–0.834)");
  expect(textOf(svg)).toContain("computed: AUROC 0.778");
});

test.each([
  ["no positive image", [0, 0, Number.NaN, 0, 0, 0]],
  ["no negative image", [1, 1, 1, 1, 1, 1]],
  ["no labelled image", labels.map(() => Number.NaN)],
])("rocFigure leaves a curve with %s out and says so in a note", async (lack, single) => {
  const { svg, description } = await rocFigure(
    { curves: [curve("both"), { name: "one", labels: single, scores }] },
    { title: "t" },
  );
  expect(textOf(svg)).toContain(`Not drawn: one (${lack})`);
  expect(description).toContain(`one: no curve, ${lack}`);
  expect(svg.match(/stroke="var\(--series-2/g)).toBeNull();
});

test("rocFigure refuses no curve, two of one name, too many, and a size out of range", async () => {
  const title = "t";
  await expect(rocFigure({ curves: [] }, { title })).rejects.toThrow(
    "rocFigure: curves must have at least one entry, got 0",
  );
  await expect(rocFigure({ curves: [curve("a"), curve(" a")] }, { title })).rejects.toThrow(
    'rocFigure: names of curves must be unique, got "a" twice',
  );
  const many = Array.from({ length: 31 }, (_, i) => curve(`c${i}`));
  await expect(rocFigure({ curves: many }, { title })).rejects.toThrow(
    "rocFigure: number of curves must lie in [1, 30], got 31",
  );
  await expect(rocFigure({ curves: [curve("a")] }, { title, width: Number.NaN })).rejects.toThrow(
    "rocFigure: width must lie in [100, 2000], got NaN",
  );
});
