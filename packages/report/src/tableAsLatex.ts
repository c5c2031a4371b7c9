import { cellText } from "./_cellText.js";
import { oneLine } from "./_markup.js";
import { requireTable } from "./_requireTable.js";
import type { Table } from "./Table.js";

/**
 * A table for a paper: a LaTeX `table` with the rules of the package booktabs, its title as caption, its notes under it.
 * It needs `\usepackage{booktabs}` and an engine that reads UTF-8. Signs of LaTeX are escaped, so that no text is read as a command.
 *
 * @param table - The record; NaN and null are a dash.
 * @returns The text, which ends with a line's end.
 * @throws RangeError if there is no column, a title or heading is blank or a heading there twice, or a row has not as
 *   many cells as there are columns.
 * @see Fear (2020), Publication quality tables in LaTeX, the manual of booktabs 1.618.
 * @example
 * {@includeCode ../example/tables.example.ts#tableAsLatex}
 */
export function tableAsLatex(table: Table): string {
  requireTable("tableAsLatex", table);
  const { title, columns, rows, notes = [] } = table;
  const line = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`;
  const places = columns.map((_, i) => (i > 0 && rows.some((row) => typeof row[i] !== "string") ? "r" : "l"));
  return `${[
    "\\begin{table}",
    "\\centering",
    `\\caption{${escapeLatex(title)}}`,
    `\\begin{tabular}{${places.join("")}}`,
    "\\toprule",
    line(columns.map(({ label }) => escapeLatex(label))),
    "\\midrule",
    ...rows.map((row) => line(row.map((cell, i) => escapeLatex(cellText(cell, columns[i]?.numbers))))),
    "\\bottomrule",
    "\\end{tabular}",
    ...notes.map((note) => `\\par\\smallskip\\footnotesize ${escapeLatex(note)}`),
    "\\end{table}",
  ].join("\n")}\n`;
}

const signs: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "''",
  "−": "$-$",
  "–": "--",
  "≥": "$\\geq$",
  "≤": "$\\leq$",
  "±": "$\\pm$",
  "×": "$\\times$",
  "\u202f": "\\,",
};

/** Brackets and stars are wrapped: after `\\` LaTeX takes one at the start of a line for an option. */
function escapeLatex(text: string): string {
  return oneLine(text).replace(
    /[\\~^<>|"−–≥≤±×\u202f]|[&%$#_{}]|[[\]*]/g,
    (sign) => signs[sign] ?? (/[[\]*]/.test(sign) ? `{${sign}}` : `\\${sign}`),
  );
}
