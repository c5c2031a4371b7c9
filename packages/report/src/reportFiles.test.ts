import { expect, test } from "vitest";
import { readMarkup } from "../test/readMarkup.js";
import { sampleReport } from "../test/sampleReport.js";
import { downloads, htmlReport, reportFiles } from "./index.js";

const report = await sampleReport();
const files = reportFiles(report);
const paths = [...files.keys()];
const text = (path: string) => String(files.get(path));

test("the folder has the page, a list, and every drawing, table, image and download by section", () => {
  expect(files.get("report.html")).toBe(htmlReport(report));
  const ending = (pattern: RegExp) => paths.filter((path) => pattern.test(path)).length;
  expect(ending(/\.svg$/)).toBe(10);
  expect(ending(/figure-\d+\.csv$/)).toBe(10);
  expect([ending(/table-\d+\.csv$/), ending(/table-\d+\.md$/), ending(/\.tex$/)]).toEqual([10, 10, 10]);
  expect(ending(/^attention\/example-\d-(image|map-\d)\.png$/)).toBe(8);
  expect(text("about/seeds.json")).toBe('{"seed":7}\n');
});

test("every drawing is a file of its own that XML readers take", () => {
  for (const path of paths.filter((one) => one.endsWith(".svg"))) {
    const [declaration, svg] = text(path).split(/\n(.*)/s);
    expect(declaration).toBe('<?xml version="1.0" encoding="UTF-8"?>');
    expect(readMarkup(svg as string)[0]?.name).toBe("svg");
  }
});

test("the list names every file that is there, and none that is not", () => {
  const linked = [...text("README.md").matchAll(/\]\(([^)]*)\)/g)].map(([, path]) => path as string);
  expect(new Set(linked)).toEqual(new Set(paths.filter((path) => path !== "README.md")));
  expect(text("README.md")).toMatch(/^# Does a start on natural images help\?\n/);
});

test("the same report gives the same files", () => {
  expect(reportFiles(report)).toEqual(files);
});

const small = (name: string) => ({
  ...report,
  sections: [
    {
      id: "one",
      title: "One",
      content: [downloads([{ name, content: "a" }]), downloads([{ name, content: "b" }])],
    },
  ],
});

test("files of one name are all kept, also where case does not count", () => {
  const kept = reportFiles(small("a.csv"));
  expect([kept.get("one/a.csv"), kept.get("one/a-2.csv")]).toEqual(["a", "b"]);
  expect([...reportFiles(small("Table-1.csv")).keys()]).toContain("one/Table-1-2.csv");
});

test("no path leaves the folder, whatever a piece calls its files", () => {
  const piece = {
    ...downloads([{ name: "a.csv", content: "x" }]),
    files: [{ name: "../../a.csv", content: "x" }],
  };
  const evil = { ...report, sections: [{ id: "one", title: "One", content: [piece] }] };
  expect(() => reportFiles(evil)).toThrow("reportFiles: name of a file must match");
  for (const path of paths) expect(path).toMatch(/^[a-z0-9-]+(\/[A-Za-z0-9._-]+)?\.?\w*$|^README\.md$/);
});

test("reportFiles refuses what htmlReport refuses, in its own name", () => {
  expect(() => reportFiles({ ...report, summary: [] })).toThrow(
    "reportFiles: summary must have at least one entry, got 0",
  );
});
