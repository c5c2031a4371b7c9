import fc from "fast-check";
import { expect, test } from "vitest";
import { readMarkup, textOf } from "../test/readMarkup.js";
import { type Table, tableAsCsv, tableAsHtml, tableAsLatex, tableAsMarkdown } from "./index.js";

const table: Table = {
  title: "Areas",
  columns: [
    { label: "Start" },
    { label: "AUROC" },
    { label: "Gain", numbers: "signed" },
    { label: "p", numbers: "pValue" },
    { label: "Images", numbers: "count" },
    { label: "Share", numbers: "percent" },
  ],
  rows: [
    ["DINOv2", { estimate: 0.81249, lower: 0.79, upper: 0.834, mark: "*" }, 0.0321, 0.0004, 25596, 0.125],
    ["ImageNet", { estimate: 0.78, lower: Number.NaN, upper: Number.NaN }, -0.0004, 0.2, 3000, Number.NaN],
    ["none", null, null, Number.NaN, null, null],
  ],
  notes: ["* below 0.05."],
};

test("tableAsCsv writes numbers in full, intervals in three columns and nothing where nothing is known", () => {
  expect(tableAsCsv(table)).toBe(
    [
      "Start,AUROC,AUROC lower,AUROC upper,Gain,p,Images,Share",
      "DINOv2,0.81249,0.79,0.834,0.0321,0.0004,25596,0.125",
      "ImageNet,0.78,,,-0.0004,0.2,3000,",
      "none,,,,,,,",
      "",
    ].join("\r\n"),
  );
});

test("tableAsCsv quotes what RFC 4180 quotes and makes formulas inert, but no number", () => {
  const text = (...cells: string[]) =>
    tableAsCsv({ title: "t", columns: [{ label: "a" }], rows: cells.map((cell) => [cell]) }).slice(3);
  expect(text('say "no", or\nnot')).toBe('"say ""no"", or\nnot"\r\n');
  expect(text("=1+1", "+1", "-1", "@x", "\t=1")).toBe("'=1+1\r\n'+1\r\n'-1\r\n'@x\r\n'\t=1\r\n");
  expect(tableAsCsv({ title: "t", columns: [{ label: "=a" }], rows: [[-1]] })).toBe("'=a\r\n-1\r\n");
});

/** Fields of a CSV file, read by the grammar of RFC 4180. */
function readCsv(text: string): string[][] {
  const lines: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n)/gy;
  for (let found = field.exec(text); found; found = field.exec(text)) {
    lines.at(-1)!.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === "\r\n") lines.push([]);
  }
  return lines.slice(0, -1);
}

test("tableAsCsv keeps a text that begins with an apostrophe and a sign apart from the sign alone", () => {
  const rows = [["-"], ["'-"], ["'"], ["''=1"]];
  const csv = tableAsCsv({ title: "t", columns: [{ label: "a" }], rows });
  expect(csv.split("\r\n")).toEqual(["a", "'-", "''-", "'", "'''=1", ""]);
});

test("tableAsCsv keeps every text, whatever is in it", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1 }), (rows) => {
      const csv = tableAsCsv({ title: "t", columns: [{ label: "a" }, { label: "b" }], rows });
      const read = readCsv(csv).slice(1);
      expect(read.map((row) => row.map((cell) => cell.replace(/^'(?='*[=+\-@\t\r\n])/, "")))).toEqual(rows);
    }),
  );
});

test("tableAsMarkdown has title, rows, places and notes", () => {
  expect(tableAsMarkdown(table)).toBe(
    [
      "**Areas**",
      "",
      "| Start | AUROC | Gain | p | Images | Share |",
      "| --- | ---: | ---: | ---: | ---: | ---: |",
      "| DINOv2 | 0.812\\* (0.790–0.834) | +0.032 | \\<0.001 | 25,596 | 12.5\u202f% |",
      "| ImageNet | 0.780 | −0.000 | 0.200 | 3,000 | – |",
      "| none | – | – | – | – | – |",
      "",
      "- \\* below 0.05.",
      "",
    ].join("\n"),
  );
});

test("tableAsMarkdown escapes what would be markup, and keeps a row on its line", () => {
  const text = tableAsMarkdown({
    title: "<b>",
    columns: [{ label: "a|b" }],
    rows: [["x\n| <img src=y> [z](w) `c`"]],
  });
  expect(text.split("\n")).toEqual([
    "**\\<b\\>**",
    "",
    "| a\\|b |",
    "| --- |",
    "| x \\| \\<img src=y\\> \\[z\\](w) \\`c\\` |",
    "",
  ]);
});

test("tableAsLatex is a table with the rules of booktabs", () => {
  expect(tableAsLatex(table)).toBe(
    [
      "\\begin{table}",
      "\\centering",
      "\\caption{Areas}",
      "\\begin{tabular}{lrrrrr}",
      "\\toprule",
      "Start & AUROC & Gain & p & Images & Share \\\\",
      "\\midrule",
      "DINOv2 & 0.812{*} (0.790--0.834) & +0.032 & \\textless{}0.001 & 25,596 & 12.5\\,\\% \\\\",
      "ImageNet & 0.780 & $-$0.000 & 0.200 & 3,000 & -- \\\\",
      "none & -- & -- & -- & -- & -- \\\\",
      "\\bottomrule",
      "\\end{tabular}",
      "\\par\\smallskip\\footnotesize {*} below 0.05.",
      "\\end{table}",
      "",
    ].join("\n"),
  );
});

test("tableAsLatex lets no text be a command, a comment, a column's end or an option", () => {
  const { rows } = { rows: [["\\input{x}%"], ["a & b_c^d~#$"], ["[1pt]"], ["*"]] };
  const text = tableAsLatex({ title: "t", columns: [{ label: "a" }], rows });
  expect(text).toContain("\\textbackslash{}input\\{x\\}\\% \\\\\n");
  expect(text).toContain("a \\& b\\_c\\textasciicircum{}d\\textasciitilde{}\\#\\$ \\\\\n");
  expect(text).toContain("\n{[}1pt{]} \\\\\n{*} \\\\\n");
});

test("tableAsHtml writes the numbers, says how to sort them, and keeps the record", () => {
  const { html, tables } = tableAsHtml(table);
  expect(tables).toEqual([table]);
  expect(html).toContain('<td data-value="0.81249">0.812* <span class="interval">(0.790–0.834)</span></td>');
  expect(html).toContain('<td data-value=""><span class="none">–</span></td>');
  expect(html).toContain('<table class="record" data-sortable="">');
  expect(tableAsHtml(table, { sortable: false }).html).not.toContain("data-sortable");
  expect(html.match(/<th scope="row">/g)).toHaveLength(3);
  expect(html.match(/<th scope="col"/g)).toHaveLength(6);
});

test("no text in a table makes a tag or an attribute of the page", () => {
  const draw = (text: string) => {
    const columns = [{ label: `a${text}` }, { label: `b${text}` }];
    const rows = [[text, { estimate: 1, lower: 0, upper: 2, mark: text }]];
    return readMarkup(tableAsHtml({ title: `t${text}`, columns, rows, notes: [text] }).html);
  };
  const plain = draw("x");
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constant('"><script>x</script>')), (text) => {
      expect(draw(text)).toEqual(plain);
    }),
  );
  expect(textOf(tableAsHtml({ ...table, title: "<b>&" }).html)).toContain("<b>&");
});

test.each([
  ["tableAsHtml", tableAsHtml],
  ["tableAsCsv", tableAsCsv],
  ["tableAsMarkdown", tableAsMarkdown],
  ["tableAsLatex", tableAsLatex],
])("%s refuses a table that is none", (name, write: (table: Table) => unknown) => {
  const columns = [{ label: "a" }, { label: "b" }];
  expect(() => write({ title: " ", columns, rows: [] })).toThrow(`${name}: title must not be blank, got " "`);
  expect(() => write({ title: "t", columns: [], rows: [] })).toThrow(
    "columns must have at least one entry, got 0",
  );
  expect(() => write({ title: "t", columns: [...columns, { label: "a" }], rows: [] })).toThrow(
    `${name}: headings of columns must be unique, got "a" twice`,
  );
  expect(() => write({ title: "t", columns, rows: [["x", 1], ["y"]] })).toThrow(
    `${name}: row 1 must have 2 cells, got 1`,
  );
});
