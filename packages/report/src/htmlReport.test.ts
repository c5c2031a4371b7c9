import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readMarkup, textOf } from "../test/readMarkup.js";
import { tinyComparison } from "../test/tinyComparison.js";
import { tinyPng } from "../test/tinyPng.js";
import {
  comparisonTable,
  datasetCard,
  forestFigure,
  type HtmlReportInput,
  htmlReport,
  imageGrid,
  tableAsHtml,
} from "./index.js";

const svg = await forestFigure(tinyComparison(), { title: "Forest" });

/** A report with a text of the caller's in every place that takes one. */
function page(text: string): string {
  const comparison = tinyComparison({
    a: `a${text}`,
    b: `b${text}`,
    finding: `f${text}`,
    adjustment: text,
  });
  return htmlReport({
    title: `t${text}`,
    summary: [text],
    generated: text,
    sections: [
      { id: "one", title: `t${text}`, lead: text, content: [text, svg] },
      {
        id: "two",
        title: "Two",
        content: [
          comparisonTable(comparison, { caption: `c${text}` }),
          datasetCard({
            name: `n${text}`,
            facts: [{ label: text, value: text }],
            findings: [
              { finding: `f${text}`, numPositives: 12_345, numNegatives: 5, numUncertain: 2, numMissing: 3 },
            ],
            notes: [text],
          }),
          imageGrid([{ png: tinyPng, caption: text, alt: `a${text}` }], { title: `t${text}` }),
        ],
      },
    ],
    provenance: [{ label: text, value: text }],
  });
}

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.stringMatching(/^[<>"'&=/ a-z!-]{0,30}$/),
  fc.constantFrom('" onload="x', "</style><script>x</script>", "' style='x", "\u0000<b>\ud800", "&lt;b&gt;"),
);

test("no text of the caller's makes a tag or an attribute, in any place", () => {
  const plain = readMarkup(page("x"));
  fc.assert(
    fc.property(hostile, (text) => {
      expect(readMarkup(page(text))).toEqual(plain);
    }),
  );
});

test("a text is shown as it is", () => {
  expect(textOf(page('<b>"5 > 3" & more</b>'))).toContain('<b>"5 > 3" & more</b>');
});

test("the page is one file that loads nothing and forbids itself to", () => {
  const html = page("x").replaceAll('xmlns="http://www.w3.org/2000/svg"', "");
  expect(html).not.toMatch(/https?:|<script|url\(|@import|<link|<iframe|javascript:/i);
  expect(html).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:;`,
  );
  expect(html).toContain('<html lang="en">');
  for (const [, source] of html.matchAll(/ (?:src|href)="([^"]*)"/g))
    expect(source).toMatch(/^(#|data:image\/png;base64,)/);
});

const rows = ["b", "a"].map((name, i) => [name, i]);
const sorted = tableAsHtml({ title: "Sorted", columns: [{ label: "Name" }, { label: "Number" }], rows });
const withTable = (content = [sorted]) =>
  htmlReport({
    title: "t",
    summary: ["s"],
    generated: "g",
    sections: [
      { id: "one", title: "One", content, subsections: [{ id: "two", title: "Two", content: ["Text"] }] },
    ],
    provenance: [],
  });

test("the page allows its one script by the hash of its bytes, and has none where nothing can be sorted", () => {
  const html = withTable();
  const [, script] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
  const hash = createHash("sha256")
    .update(script ?? "")
    .digest("base64");
  expect(html).toContain(
    `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:;`,
  );
  expect(html.match(/<script/g)).toHaveLength(1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: only bytes that every encoding has in common
  expect(script).toMatch(/^[\x00-\x7f]*$/);
  expect(script).not.toMatch(/innerHTML|eval|fetch|XMLHttp|import/);
  expect(withTable([])).not.toMatch(/<script|script-src/);
});

test("a table is not made sortable by the words of a caller", () => {
  const html = report({ sections: [{ id: "one", title: "One", content: ['<table data-sortable="">'] }] })();
  expect(html).not.toMatch(/<script|script-src/);
});

test("a part of a section has its place in the contents and a smaller heading", () => {
  const html = withTable();
  expect(html).toContain('<li><a href="#one">One</a><ol><li><a href="#two">Two</a></li></ol></li>');
  expect(html).toContain(
    '<section class="part" id="two" aria-labelledby="two_title"><h3 id="two_title">Two</h3>',
  );
  expect(readMarkup(html).filter(({ name }) => name === "section")).toHaveLength(2);
});

test("every address inside the page leads somewhere, and no id is there twice", () => {
  const html = page("x");
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of html.matchAll(/ href="#([^"]*)"/g)) expect(ids).toContain(target);
});

test("the page is the same for the same input", () => {
  expect(page("x")).toBe(page("x"));
});

const report = (changes: Partial<HtmlReportInput>) => () =>
  htmlReport({
    title: "t",
    summary: ["s"],
    generated: "g",
    sections: [{ id: "one", title: "One", content: [] }],
    provenance: [],
    ...changes,
  });

test.each<[string, Partial<HtmlReportInput>, string]>([
  ["a blank title", { title: "" }, 'htmlReport: title must not be blank, got ""'],
  ["no answer", { summary: [] }, "htmlReport: summary must have at least one entry, got 0"],
  ["no section", { sections: [] }, "htmlReport: sections must have at least one entry, got 0"],
  [
    "an id of another form",
    { sections: [{ id: "One", title: "One", content: [] }] },
    'htmlReport: id of a section must match ^[a-z][a-z0-9-]*$, got "One"',
  ],
  [
    "an id with a line's end",
    { sections: [{ id: "one\n", title: "One", content: [] }] },
    "must match ^[a-z][a-z0-9-]*$",
  ],
  [
    "an id twice",
    {
      sections: [
        { id: "one", title: "One", content: [] },
        { id: "one", title: "Two", content: [] },
      ],
    },
    'htmlReport: ids of sections must be unique, got "one" twice',
  ],
  [
    "a part with the id of a section",
    {
      sections: [
        { id: "one", title: "One", content: [], subsections: [{ id: "one", title: "Two", content: [] }] },
      ],
    },
    'htmlReport: ids of sections must be unique, got "one" twice',
  ],
  [
    "content of another kind",
    { sections: [{ id: "one", title: "One", content: [7 as unknown as string] }] },
    "htmlReport: content of section one must be text, Html or Svg, got number",
  ],
])("htmlReport refuses %s", (_, changes, message) => {
  expect(report({})).not.toThrow();
  expect(report(changes)).toThrow(message);
});
