import { cellText } from "./_cellText.js";
import { escapeMarkdown } from "./_escapeMarkdown.js";
import { requireTable } from "./_requireTable.js";
import type { Table } from "./Table.js";

/**
 * A table in Markdown as GitHub reads it: the title in bold, the rows, the notes as a list. Signs that Markdown or HTML
 * would take for their own are escaped.
 *
 * @param table - The record; NaN and null are a dash.
 * @returns The text, which ends with a line's end.
 * @throws RangeError if there is no column, a title or heading is blank or a heading there twice, or a row has not as
 *   many cells as there are columns.
 * @see GitHub Flavored Markdown Spec 0.29, section 4.10, tables.
 * @example
 * {@includeCode ../example/tables.example.ts#tableAsMarkdown}
 */
export function tableAsMarkdown(table: Table): string {
  requireTable("tableAsMarkdown", table);
  const { title, columns, rows, notes = [] } = table;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rules = columns.map((_, i) => (rows.some((row) => typeof row[i] !== "string") ? "---:" : "---"));
  const body = rows.map((row) =>
    line(row.map((cell, i) => escapeMarkdown(cellText(cell, columns[i]?.numbers)))),
  );
  const under = notes.length > 0 ? ["", ...notes.map((note) => `- ${escapeMarkdown(note)}`)] : [];
  return `${[
    `**${escapeMarkdown(title)}**`,
    "",
    line(columns.map(({ label }) => escapeMarkdown(label))),
    line(rules),
    ...body,
    ...under,
  ].join("\n")}\n`;
}
