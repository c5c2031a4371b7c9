import { requireTable } from "./_requireTable.js";
import type { Table, TableCell } from "./Table.js";

/**
 * A table as a CSV file for machines and spreadsheets: commas, lines that end in CRLF, a heading line, numbers in full
 * with a point. A column of intervals becomes three, `AUROC`, `AUROC lower` and `AUROC upper`; NaN and null become empty
 * cells. Title and notes are left out.
 *
 * A text that a spreadsheet would take for a formula, because it begins with `=`, `+`, `-`, `@`, a tab or a line's end,
 * gets an apostrophe before it, and so does one that has such apostrophes already, so that no two texts become one;
 * numbers stay numbers. What is meant for a program that must have such texts unchanged
 * belongs into a JSON or Arrow file.
 *
 * @param table - The record.
 * @returns The file's text.
 * @throws RangeError if there is no column, a title or heading is blank or a heading there twice, or a row has not as
 *   many cells as there are columns.
 * @see RFC 4180 for the format; OWASP, CSV injection, for the apostrophe.
 * @example
 * {@includeCode ../example/tables.example.ts#tableAsCsv}
 */
export function tableAsCsv(table: Table): string {
  requireTable("tableAsCsv", table);
  const { columns, rows } = table;
  const isInterval = columns.map((_, i) => rows.some((row) => typeof row[i] === "object" && row[i] !== null));
  const head = columns.flatMap(({ label }, i) =>
    isInterval[i] ? [label, `${label} lower`, `${label} upper`] : [label],
  );
  const body = rows.map((row) => row.flatMap((cell, i) => fields(cell, isInterval[i] === true)));
  return [head.map(textField), ...body].map((line) => `${line.join(",")}\r\n`).join("");
}

function fields(cell: TableCell, isInterval: boolean): string[] {
  const numbers =
    typeof cell === "object" && cell !== null ? [cell.estimate, cell.lower, cell.upper] : [cell];
  const written = numbers.map((one) => (typeof one === "number" ? numberField(one) : textField(one ?? "")));
  return isInterval && written.length === 1 ? [...written, "", ""] : written;
}

function numberField(value: number): string {
  return Number.isFinite(value) ? String(value) : "";
}

function textField(text: string): string {
  const inert = /^'*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
