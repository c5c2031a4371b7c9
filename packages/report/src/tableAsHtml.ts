import { cellNumber, cellText } from "./_cellText.js";
import { dash } from "./_format.js";
import { markup, nothing } from "./_markup.js";
import { requireTable } from "./_requireTable.js";
import type { Html } from "./Html.js";
import type { Table, TableCell, TableColumn } from "./Table.js";

/** Options of {@link tableAsHtml}. */
export interface TableAsHtmlOptions {
  /** Whether a reader can sort the rows by a column, where the page's script runs. @defaultValue `true` */
  readonly sortable?: boolean;
}

/**
 * A table for {@link htmlReport}, with its notes under it. In a page whose script does not run, the rows stay in the
 * order given and nothing is missing.
 *
 * @param table - The record; NaN and null are shown as a dash.
 * @param options - Whether the rows can be sorted.
 * @returns The piece of the page; `tables` has the record.
 * @throws RangeError if there is no column, a title or heading is blank or a heading there twice, or a row has not as
 *   many cells as there are columns.
 * @see W3C, ARIA Authoring Practices Guide, sortable table example.
 * @example
 * {@includeCode ../example/tables.example.ts#tableAsHtml}
 */
export function tableAsHtml(table: Table, { sortable = true }: TableAsHtmlOptions = {}): Html {
  requireTable("tableAsHtml", table);
  const { title, columns, rows, notes = [] } = table;
  const isText = columns.map((_, i) => rows.every((row) => typeof row[i] === "string" || row[i] === null));
  const head = columns.map(
    ({ label }, i) => markup`<th scope="col"${kindHtml(isText[i] === true || i === 0)}>${label}</th>`,
  );
  const body = rows.map(
    (row) => markup`<tr>${row.map((cell, i) => cellHtml(cell, columns[i]!, i, isText[i]!))}</tr>
`,
  );
  const numTexts = isText.filter(Boolean).length;
  const numIntervals = columns.filter((_, i) => rows.some((row) => isInterval(row[i]))).length;
  const isDense = columns.length > 9 || numTexts > 4 || numIntervals > mostAbreast;
  const look = isDense ? "record dense" : "record";
  const sort = sortable && rows.length > 1 ? markup` data-sortable=""` : nothing;
  const under =
    notes.length > 0
      ? markup`<ul class="notes">${notes.map((note) => markup`<li>${note}</li>`)}</ul>`
      : nothing;
  const { html } =
    markup`<div class="sheet"><div class="${rows.length > tallest ? "scroll tall" : "scroll"}" role="region" aria-label="${title}" tabindex="0"><table class="${look}"${sort}>
<caption><span>${title}</span></caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>
${under}</div>`;
  return { html, tables: [table] };
}

/** More columns of intervals than this have them under their numbers, so that all fit beside each other. */
const mostAbreast = 3;

function isInterval(cell: TableCell | undefined): boolean {
  return typeof cell === "object" && cell !== null;
}

/** More rows than this scroll under their headings, so that what follows stays in reach. */
const tallest = 40;

function kindHtml(isText: boolean): Html {
  return isText ? markup` class="text"` : nothing;
}

/** A cell; one that is not text carries the number to sort by, empty where there is none. */
function cellHtml(cell: TableCell, { numbers }: TableColumn, column: number, isText: boolean): Html {
  const text = cellText(cell, numbers);
  if (column === 0) return markup`<th scope="row">${text}</th>`;
  const value = cellNumber(cell);
  const key = isText ? nothing : markup` data-value="${Number.isFinite(value) ? value : ""}"`;
  return markup`<td${kindHtml(isText)}${key}>${writtenHtml(cell, text)}</td>`;
}

function writtenHtml(cell: TableCell, text: string): Html {
  const bracket = text.indexOf(" (");
  if (typeof cell === "string" || bracket < 0) {
    return text === dash ? markup`<span class="none">${dash}</span>` : markup`${text}`;
  }
  return markup`${text.slice(0, bracket)} <span class="interval">${text.slice(bracket + 1)}</span>`;
}
