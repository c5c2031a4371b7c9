import { requireSome, requireText, requireWithin } from "./_check.js";
import type { Html } from "./Html.js";
import type { TableCell } from "./Table.js";
import { tableAsHtml } from "./tableAsHtml.js";

/** One number of {@link publishedTable}. */
export interface PublishedRow {
  /** What the number is of, such as `ChestX-ray14, DINOv2`. */
  readonly subject: string;
  /** Name of the measure, such as `AUROC`. */
  readonly measure: string;
  /** The number that was published. @defaultValue none is known, and the table says so */
  readonly published?: number;
  /** Where it was published. @defaultValue a dash */
  readonly source?: string;
  /** The number of this run; NaN where it is not defined. */
  readonly ours: number;
  /** Lower end of its interval. @defaultValue no interval */
  readonly lower?: number;
  /** Upper end of its interval. @defaultValue no interval */
  readonly upper?: number;
  /** How far ours may be from the published number, > 0. @defaultValue none, so that the table gives no verdict */
  readonly tolerance?: number;
}

/** Options of {@link publishedTable}. */
export interface PublishedTableOptions {
  /** What the table shows. */
  readonly title: string;
  /** What a reader must know, a sentence each. @defaultValue none */
  readonly notes?: readonly string[];
}

/**
 * Published numbers beside ours. Where no published number is known, the row says so and nothing is compared.
 *
 * @param rows - In the order shown.
 * @param options - Title and notes.
 * @returns The table: the numbers, their difference, the tolerance and whether it is kept; `tables` has the record.
 * @throws RangeError if there is no row, a name or the title is blank, a published number is not finite, or a tolerance
 *   is not above 0.
 * @example
 * {@includeCode ../example/tables.example.ts#publishedTable}
 */
export function publishedTable(
  rows: readonly PublishedRow[],
  { title, notes = [] }: PublishedTableOptions,
): Html {
  requireSome("publishedTable", "rows", rows.length);
  for (const { subject, published = 0, tolerance = 1 } of rows) {
    requireText("publishedTable", "subject", subject);
    requireWithin(
      "publishedTable",
      `published number of ${subject}`,
      published,
      -Number.MAX_VALUE,
      Number.MAX_VALUE,
    );
    requireWithin("publishedTable", `tolerance of ${subject}`, tolerance, Number.MIN_VALUE, Number.MAX_VALUE);
  }
  const numUnknown = rows.filter(({ published }) => published === undefined).length;
  const unknown = `Of ${numUnknown} of ${rows.length} numbers no published value is known; nothing is compared there.`;
  return tableAsHtml({
    title,
    columns: [
      { label: "Number" },
      { label: "Measure" },
      { label: "Published" },
      { label: "Ours" },
      { label: "Ours − published", numbers: "signed" },
      { label: "Tolerance" },
      { label: "Verdict" },
      { label: "Source" },
    ],
    rows: rows.map(cellsOf),
    notes: [...(numUnknown > 0 ? [unknown] : []), ...notes],
  });
}

function cellsOf(row: PublishedRow): TableCell[] {
  const { subject, measure, published, source, ours, lower, upper, tolerance } = row;
  const number = lower === undefined || upper === undefined ? ours : { estimate: ours, lower, upper };
  return [
    subject,
    measure,
    published ?? "not known",
    number,
    published === undefined ? null : ours - published,
    tolerance ?? null,
    verdictOf(row),
    source ?? null,
  ];
}

function verdictOf({ published, ours, tolerance }: PublishedRow): string {
  if (published === undefined) return "nothing to compare";
  if (!Number.isFinite(ours)) return "ours is not defined";
  if (tolerance === undefined) return "no tolerance stated";
  return Math.abs(ours - published) <= tolerance ? "within tolerance" : "outside tolerance";
}
