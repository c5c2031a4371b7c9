import { escapeMarkdown } from "./_escapeMarkdown.js";
import { requireFileName } from "./_requireFileName.js";
import { requireReport } from "./_requireReport.js";
import type { Html, Svg } from "./Html.js";
import { type HtmlReportInput, htmlReport, type ReportSubsection } from "./htmlReport.js";
import { tableAsCsv } from "./tableAsCsv.js";
import { tableAsLatex } from "./tableAsLatex.js";
import { tableAsMarkdown } from "./tableAsMarkdown.js";

/**
 * A report as the files of a folder: `report.html`, the page; `README.md`, which lists the rest; and for each section a
 * folder of its id with every drawing as `.svg` and its numbers as `.csv`, every table as `.csv`, `.md` and `.tex`, and the files of downloads and
 * images under their names. Nothing is written: the caller writes what is in the map.
 *
 * @param report - What {@link htmlReport} takes.
 * @returns Content by path, with `/` between folder and file and no path that leaves the folder; the same for the same input.
 * @throws RangeError or TypeError as {@link htmlReport} does, and RangeError if a file's name is not a plain one.
 * @example
 * {@includeCode ../example/tables.example.ts#reportFiles}
 */
export function reportFiles(report: HtmlReportInput): Map<string, string | Uint8Array> {
  requireReport("reportFiles", report);
  const files = new Map<string, string | Uint8Array>([["report.html", htmlReport(report)]]);
  const listed: string[] = [];
  for (const section of report.sections) {
    for (const part of [section, ...(section.subsections ?? [])]) {
      const lines = addSection(files, part);
      if (lines.length > 0) listed.push("", `## ${escapeMarkdown(part.title)}`, "", ...lines);
    }
  }
  const facts = report.provenance.map(
    ({ label, value }) => `- ${escapeMarkdown(label)}: ${escapeMarkdown(value)}`,
  );
  const head = [`# ${escapeMarkdown(report.title)}`, "", escapeMarkdown(report.generated), ""];
  const summary = report.summary.map((line) => `- ${escapeMarkdown(line)}`);
  const foot = facts.length > 0 ? ["", "## Provenance", "", ...facts] : [];
  const page = [
    "",
    "The page is [report.html](report.html). Tables are there for machines (`.csv`), for text (`.md`) and for papers (`.tex`).",
  ];
  files.set("README.md", `${[...head, ...summary, ...page, ...listed, ...foot].join("\n")}\n`);
  return files;
}

/** Adds the files of a section, and gives back their lines in the list. */
function addSection(files: Map<string, string | Uint8Array>, { id, content }: ReportSubsection): string[] {
  const lines: string[] = [];
  const seen = { figures: 0, tables: 0 };
  for (const piece of content) {
    if (typeof piece === "string") continue;
    for (const { svg, title, numbers } of drawingsOf(piece)) {
      const stem = `${id}/figure-${++seen.figures}`;
      const path = `${stem}.svg`;
      files.set(path, `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`);
      if (numbers !== undefined) files.set(`${stem}.csv`, tableAsCsv(numbers));
      const beside = numbers === undefined ? "" : `, [numbers](${stem}.csv)`;
      lines.push(`- ${escapeMarkdown(title)}: [svg](${path})${beside}`);
    }
    for (const table of "tables" in piece ? (piece.tables ?? []) : []) {
      const stem = `${id}/table-${++seen.tables}`;
      files.set(`${stem}.csv`, tableAsCsv(table));
      files.set(`${stem}.md`, tableAsMarkdown(table));
      files.set(`${stem}.tex`, tableAsLatex(table));
      lines.push(
        `- ${escapeMarkdown(table.title)}: [csv](${stem}.csv), [md](${stem}.md), [tex](${stem}.tex)`,
      );
    }
    for (const { name, content: bytes, description } of "files" in piece ? (piece.files ?? []) : []) {
      requireFileName("reportFiles", name);
      const path = freePath(files, `${id}/${name}`);
      files.set(path, bytes);
      lines.push(
        `- [${escapeMarkdown(name)}](${path})${description === undefined ? "" : `: ${escapeMarkdown(description)}`}`,
      );
    }
  }
  return lines;
}

function drawingsOf(piece: Html | Svg): readonly Svg[] {
  return "svg" in piece ? [piece] : (piece.drawings ?? []);
}

/** The path, with a number before its ending where another file of the section, whatever the case of its letters, has it. */
function freePath(files: ReadonlyMap<string, unknown>, path: string): string {
  const taken = new Set([...files.keys()].map((key) => key.toLowerCase()));
  const dot = path.lastIndexOf(".") > path.lastIndexOf("/") ? path.lastIndexOf(".") : path.length;
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? path : `${path.slice(0, dot)}-${i}${path.slice(dot)}`;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
}
