import { requireSome, requireText, requireUnique } from "./_check.js";
import type { Table } from "./Table.js";

/** Refuses a table that is no rectangle, or whose title or headings are blank. */
export function requireTable(where: string, { title, columns, rows }: Table): void {
  requireText(where, "title", title);
  requireSome(where, "columns", columns.length);
  const labels = columns.map(({ label }) => label);
  for (const label of labels) requireText(where, "heading of a column", label);
  requireUnique(where, "headings of columns", labels);
  const uneven = rows.findIndex((row) => row.length !== columns.length);
  if (uneven >= 0) {
    throw new RangeError(
      `${where}: row ${uneven} must have ${columns.length} cells, got ${rows[uneven]?.length}`,
    );
  }
}
