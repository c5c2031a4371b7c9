import fc from "fast-check";
import { expect, test } from "vitest";
import { readMarkup, textOf } from "../test/readMarkup.js";
import { tinyComparison } from "../test/tinyComparison.js";
import {
  calibrationFigure,
  crossDatasetFigure,
  differenceFigure,
  forestFigure,
  rocFigure,
  rocGrid,
  type Svg,
  subgroupFigure,
  type TrainingRun,
  trainingFigure,
} from "./index.js";

const labels = [0, 0, 1, 1, 0, 1];
const scores = [0.1, 0.4, 0.35, 0.8, 0.6, 0.7];
const curve = (name: string) => ({ name, labels, scores });
const run = (name: string): TrainingRun => ({
  name,
  epochs: [
    { epoch: 1, trainingLoss: 0.7, validationLoss: 0.6, validationScore: 0.7 },
    { epoch: 2, trainingLoss: 0.5, validationLoss: Number.NaN, validationScore: 0.8125 },
  ],
});

/** Each figure with a text of the caller's in every place that takes one. */
const figures: readonly [string, (text: string) => Promise<Svg>][] = [
  [
    "rocFigure",
    (text) =>
      rocFigure(
        { curves: [curve(`a${text}`), { ...curve(`b${text}`), labels: labels.map(() => 0) }] },
        { title: `t${text}`, band: { seed: 1, replicates: 20 } },
      ),
  ],
  [
    "calibrationFigure",
    (text) =>
      calibrationFigure(
        { curves: [curve(`a${text}`), { ...curve(`b${text}`), labels: labels.map(() => Number.NaN) }] },
        { title: `t${text}` },
      ),
  ],
  [
    "crossDatasetFigure",
    (text) =>
      crossDatasetFigure(
        [
          { train: `a${text}`, test: `a${text}`, estimate: 0.8 },
          { train: `a${text}`, test: `b${text}`, estimate: 0.7 },
        ],
        { title: `t${text}`, measure: `m${text}` },
      ),
  ],
  [
    "subgroupFigure",
    (text) =>
      subgroupFigure(
        ["f", "m"].map((group, i) => ({
          model: `a${text}`,
          attribute: `s${text}`,
          group: `${group}${text}`,
          n: 10,
          numPositives: 3,
          estimate: 0.7 + 0.1 * i,
          lower: 0.6,
          upper: 0.9,
        })),
        { title: `t${text}`, measure: `m${text}` },
      ),
  ],
  [
    "forestFigure",
    (text) =>
      forestFigure(tinyComparison({ a: `a${text}`, b: `b${text}`, finding: `f${text}` }), {
        title: `t${text}`,
      }),
  ],
  [
    "differenceFigure",
    (text) =>
      differenceFigure(tinyComparison({ a: `a${text}`, b: `b${text}`, finding: `f${text}` }), {
        title: `t${text}`,
      }),
  ],
  [
    "trainingFigure",
    (text) =>
      trainingFigure([run(`a${text}`), run(`b${text}`)], { title: `t${text}`, scoreName: `s${text}` }),
  ],
];

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    '"><script>alert(1)</script>',
    "]]><!-- --><svg onload='x'>",
    "\ud800\u0000\u001b\ufffe",
    '\\"+datum.label+"',
    "a\nb\u2028c\\",
    "{{x}} $& $1",
    "&amp;&bogus;",
  ),
);

const drawn = new Set(["svg", "title", "desc", "g", "path", "line", "text", "tspan", "rect"]);

test.each(figures)("%s is well-formed and draws any text without a new tag or attribute", async (_, draw) => {
  const known = new Set(readMarkup((await draw("x")).svg).flatMap(({ attributes }) => attributes));
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      for (const { name, attributes } of readMarkup((await draw(text)).svg)) {
        expect(drawn).toContain(name);
        for (const attribute of attributes) expect(known).toContain(attribute);
      }
    }),
    { numRuns: 25 },
  );
});

test.each(figures)("%s gives the same bytes twice and refers to nothing outside", async (_, draw) => {
  const { svg, title, description } = await draw("x");
  expect((await draw("x")).svg).toBe(svg);
  expect(svg.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
    /https?:|<script|url\(|href|<style/i,
  );
  expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="tx" width="[\d.]+" height="[\d.]+" viewBox=/);
  expect(svg).toContain(`<title>${title}</title><desc>${description}</desc>`);
});

test.each(figures)(
  "%s takes its colours from the page: none is fixed but the fallbacks of the series",
  async (_, draw) => {
    const { svg } = await draw("x");
    const painted = [...svg.matchAll(/ (?:fill|stroke)="([^"]*)"/g)].map(([, value]) => value);
    expect(painted.length).toBeGreaterThan(10);
    for (const value of new Set(painted))
      expect(value).toMatch(/^(none|transparent|currentColor|var\(--series-\d, #[0-9a-f]{6}\))$/);
  },
);

test.each(figures)("%s refuses a blank title", async (name, _) => {
  const blank = { title: " " };
  const draw = {
    rocFigure: () => rocFigure({ curves: [curve("a")] }, blank),
    forestFigure: () => forestFigure(tinyComparison(), blank),
    differenceFigure: () => differenceFigure(tinyComparison(), blank),
    trainingFigure: () => trainingFigure([run("a")], blank),
    calibrationFigure: () => calibrationFigure({ curves: [curve("a")] }, blank),
    crossDatasetFigure: () => crossDatasetFigure([{ train: "a", test: "a", estimate: 1 }], blank),
    subgroupFigure: () => {
      const group = { model: "a", attribute: "s", group: "f", n: 1, numPositives: 1 };
      return subgroupFigure([{ ...group, estimate: 1, lower: 1, upper: 1 }], blank);
    },
  }[name] as () => Promise<Svg>;
  await expect(draw()).rejects.toThrow(`${name}: title must not be blank, got " "`);
});

test.each(figures)("%s leaves roles to the drawing as a whole, which has a name", async (_, draw) => {
  const { svg } = await draw("x");
  expect(svg.match(/ role="/g)).toHaveLength(1);
  expect(svg.match(/ aria-[a-z]+="/g)).toHaveLength(1);
});

test("trainingFigure gives each run a shape of its own, on every short run and on some of a long one", async () => {
  const epochs = (length: number) =>
    Array.from({ length }, (_, i) => ({ epoch: i + 1, validationLoss: 1 / (i + 1) }));
  const points = async (length: number) => {
    const runs = [
      { name: "a", epochs: epochs(length) },
      { name: "b", epochs: epochs(length) },
    ];
    const { svg } = await trainingFigure(runs, { title: "t" });
    return [...svg.matchAll(/mark-symbol role-mark concat[^>]*>(.*?)<\/g>/g)].map(
      ([, marks]) => marks as string,
    );
  };
  const [first, second] = await points(12);
  expect(first?.match(/<path/g)).toHaveLength(12);
  const shapeOf = (marks: string | undefined) => /d="([^"]*)"/.exec(marks ?? "")?.[1];
  expect(shapeOf(first)).toMatch(/A/);
  expect(shapeOf(second)).not.toMatch(/A/);
  expect((await points(200))[0]?.match(/<path/g)).toHaveLength(20);
});

test("rocGrid has a panel a finding, one colour a model, and names what cannot be drawn", async () => {
  const panels = [
    { finding: "pleural_effusion", curves: [curve("a"), curve("b")] },
    { finding: "hernia", curves: [{ ...curve("b"), labels: labels.map(() => 0) }] },
  ];
  const { html } = await rocGrid(panels, { title: "t" });
  expect(readMarkup(html).filter(({ name }) => name === "figure")).toHaveLength(3);
  expect(textOf(html)).toContain("Pleural effusion");
  expect(textOf(html)).toContain("b: – no positive image");
  const [, hernia] = html.split("<figcaption>Hernia");
  expect(hernia).toContain("var(--series-2");
  expect(hernia).not.toContain("var(--series-1");
  expect((await rocGrid(panels, { title: "t" })).html).toBe(html);
});

test("rocGrid escapes every text", async () => {
  const draw = async (text: string) => {
    const { html } = await rocGrid([{ finding: `f${text}`, curves: [curve(`c${text}`)] }], {
      title: `t${text}`,
    });
    return readMarkup(html);
  };
  const plain = await draw("x");
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      expect(await draw(text)).toEqual(plain);
    }),
    { numRuns: 25 },
  );
});

test("forestFigure writes every number of the record and a dash for what is NaN", async () => {
  const { svg } = await forestFigure(tinyComparison(), { title: "t" });
  const text = textOf(svg);
  for (const number of ["0.812 (0.791–0.831)", "0.791 (0.770–0.810)", "0.701 (0.680–0.720)"])
    expect(text).toContain(number);
  for (const name of ["Pleural effusion", "Edema", "Hernia", "Macro mean", "dino", "imagenet"])
    expect(text).toContain(name);
  expect(svg.match(/>–</g)).toHaveLength(2);
});

test("forestFigure draws a comparison in which nothing is defined", async () => {
  const { models, ...rest } = tinyComparison();
  const hernia = models.dino?.perFinding[2] as (typeof models)["dino"]["macro"];
  const only = { perFinding: [hernia], macro: { ...hernia, finding: "macro" } };
  const { svg } = await forestFigure({ ...rest, models: { only }, pairs: [] }, { title: "t" });
  expect(svg.match(/>–</g)).toHaveLength(2);
});

test("differenceFigure shows zero, signs and a dash for what is NaN", async () => {
  const text = textOf((await differenceFigure(tinyComparison(), { title: "t" })).svg);
  expect(text).toContain("+0.022 (+0.011 to +0.031)");
  expect(text).toContain("−0.002 (−0.012 to +0.008)");
  expect(text).toContain("dino − imagenet");
  expect(text).toMatch(/ – /);
  expect(text).toMatch(/ 0\.00 /);
});

test("differenceFigure refuses a comparison without pairs", async () => {
  await expect(differenceFigure({ ...tinyComparison(), pairs: [] }, { title: "t" })).rejects.toThrow(
    "differenceFigure: pairs must have at least one entry, got 0",
  );
});

test("trainingFigure leaves a gap where a loss is not finite, says so, and leaves out an empty panel", async () => {
  const text = textOf((await trainingFigure([run("a")], { title: "t" })).svg);
  expect(text).toContain("Not drawn: 1 of the values of a, not finite");
  expect(text).toContain("Validation score");
  const lossOnly = { name: "a", epochs: [{ epoch: 1, validationLoss: 0.5 }] };
  const alone = textOf((await trainingFigure([lossOnly], { title: "t" })).svg);
  expect(alone).toContain("Loss");
  expect(alone).not.toContain("Validation score");
});

test("trainingFigure refuses no run, no value, and two runs of one name", async () => {
  const title = "t";
  await expect(trainingFigure([], { title })).rejects.toThrow("runs must have at least one entry, got 0");
  await expect(trainingFigure([{ name: "a", epochs: [] }], { title })).rejects.toThrow(
    "trainingFigure: values of runs must have at least one entry, got 0",
  );
  await expect(trainingFigure([run("a"), run("a")], { title })).rejects.toThrow('got "a" twice');
});

test("trainingFigure gives values that are all the same an axis of their own", async () => {
  const flat = { name: "a", epochs: [{ epoch: 1, validationScore: 0.7 }] };
  const text = textOf((await trainingFigure([flat], { title: "t" })).svg);
  expect(text).toMatch(/ 0\.66 .* 0\.74 /);
});
