import { requireSome, requireText } from "./_check.js";
import { findingName, percentText } from "./_format.js";
import type { Html } from "./Html.js";
import type { Table, TableCell, TableColumn } from "./Table.js";
import { tableAsHtml } from "./tableAsHtml.js";

/** One number of {@link resultsTable}: a measure of one start on one data set. */
export interface ResultsRow {
  /** Name of the data set. */
  readonly dataset: string;
  /** Name of the start, or model. */
  readonly start: string;
  /** Name of the finding; `macro` is the mean over findings. @defaultValue no such column, or a dash if another row has it */
  readonly finding?: string;
  /** Name of the measure, such as `AUROC`. */
  readonly measure: string;
  /** On the test images as they are; NaN where it is not defined. */
  readonly estimate: number;
  /** Mean of the replicates. */
  readonly mean: number;
  /** Standard deviation of the replicates. */
  readonly sd: number;
  /** Lower end of the interval. */
  readonly lower: number;
  /** Upper end of the interval. */
  readonly upper: number;
  /** P value of no difference from the start that the notes name. @defaultValue a dash */
  readonly pValue?: number;
  /** The same, adjusted for the number of tests. @defaultValue a dash */
  readonly adjustedPValue?: number;
  /** Number of test images, or of patients, as the notes say. */
  readonly n: number;
}

/** Options of {@link resultsTable}. */
export interface ResultsTableOptions {
  /** What the table shows. */
  readonly title: string;
  /**
   * `long` has a row for each number, with mean, standard deviation and p values; `wide` a row for each data set and
   * start, and a column for each measure with its interval and a star where its adjusted p value is significant.
   * @defaultValue `"long"`
   */
  readonly layout?: "long" | "wide";
  /** Adjusted p values below this get the star of the wide layout, in (0, 1). @defaultValue `0.05` */
  readonly significance?: number;
  /** Nominal coverage of the intervals, to be stated in the headings. @defaultValue `0.95` */
  readonly coverage?: number;
  /** What a reader must know, a sentence each: what the p values compare, what n counts. @defaultValue none */
  readonly notes?: readonly string[];
}

/**
 * Results of all data sets and starts in one table that a reader can sort.
 *
 * @param rows - In the order shown; in the wide layout a data set and start has its place by its first row.
 * @param options - Title, layout, coverage and notes.
 * @returns The table; `tables` has the record.
 * @throws RangeError if there is no row, a name or the title is blank, or the wide layout is given two numbers of one measure.
 * @see Lang & Altman (2015), Statistical analyses and methods in the published literature: the SAMPL guidelines.
 * @example
 * {@includeCode ../example/tables.example.ts#resultsTable}
 */
export function resultsTable(
  rows: readonly ResultsRow[],
  { title, layout = "long", significance = 0.05, coverage = 0.95, notes = [] }: ResultsTableOptions,
): Html {
  requireSome("resultsTable", "rows", rows.length);
  for (const [i, { dataset, start, measure }] of rows.entries()) {
    for (const name of [dataset, start, measure]) requireText("resultsTable", `names of row ${i}`, name);
  }
  const interval = `(${percentText(coverage)} interval)`;
  if (layout === "long") return tableAsHtml({ title, ...longTable(rows, interval), notes });
  const table = wideTable(rows, interval, significance);
  const isCompared = rows.some(({ adjustedPValue }) => adjustedPValue !== undefined);
  const star = isCompared ? [`* adjusted p below ${significance}.`] : [];
  return tableAsHtml({ title, ...table, notes: [...star, ...notes] });
}

/** What names a row: its finding only where some row has one. */
function keyColumns(rows: readonly ResultsRow[]) {
  const hasFinding = rows.some(({ finding }) => finding !== undefined);
  const columns: TableColumn[] = [{ label: "Data set" }, { label: "Start" }];
  if (hasFinding) columns.push({ label: "Finding" });
  const cells = ({ dataset, start, finding }: ResultsRow): TableCell[] => {
    const name = finding === undefined ? null : findingName(finding);
    return hasFinding ? [dataset, start, name] : [dataset, start];
  };
  return { columns, cells };
}

type Body = Pick<Table, "columns" | "rows">;

function longTable(rows: readonly ResultsRow[], interval: string): Body {
  const { columns, cells } = keyColumns(rows);
  return {
    columns: [
      ...columns,
      { label: "Measure" },
      { label: `Estimate ${interval}` },
      { label: "Mean" },
      { label: "SD" },
      { label: "p", numbers: "pValue" },
      { label: "Adjusted p", numbers: "pValue" },
      { label: "n", numbers: "count" },
    ],
    rows: rows.map((row) => [
      ...cells(row),
      row.measure,
      { estimate: row.estimate, lower: row.lower, upper: row.upper },
      row.mean,
      row.sd,
      row.pValue ?? null,
      row.adjustedPValue ?? null,
      row.n,
    ]),
  };
}

function wideTable(rows: readonly ResultsRow[], interval: string, significance: number): Body {
  const { columns, cells } = keyColumns(rows);
  const measures = [...new Set(rows.map(({ measure }) => measure))];
  const groups = new Map<string, Map<string, ResultsRow>>();
  for (const row of rows) {
    const key = JSON.stringify([row.dataset, row.start, row.finding ?? null]);
    const group = groups.get(key) ?? new Map<string, ResultsRow>();
    if (group.has(row.measure)) {
      throw new RangeError(`resultsTable: rows must differ, got two of ${row.measure} for ${key}`);
    }
    groups.set(key, group.set(row.measure, row));
  }
  const cellOf = (row: ResultsRow | undefined): TableCell => {
    if (!row) return null;
    const { estimate, lower, upper, adjustedPValue = 1 } = row;
    return { estimate, lower, upper, ...(adjustedPValue < significance ? { mark: "*" } : {}) };
  };
  return {
    columns: [...columns, ...measures.map((measure) => ({ label: `${measure} ${interval}` }))],
    rows: [...groups.values()].map((group) => [
      ...cells([...group.values()][0] as ResultsRow),
      ...measures.map((measure) => cellOf(group.get(measure))),
    ]),
  };
}
