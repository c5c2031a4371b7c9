import type { AucEstimate, Comparison, Difference } from "@cxrkit/statistics";
import { requireText, requireWithin } from "./_check.js";
import { type Row, rowsOf } from "./_comparison.js";
import { percentText } from "./_format.js";
import { markup } from "./_markup.js";
import { evaluationRules, type ProtocolRule } from "./evaluationRules.js";
import type { Html } from "./Html.js";
import type { Table, TableCell } from "./Table.js";
import { tableAsHtml } from "./tableAsHtml.js";

/** Options of {@link protocolTable}. */
export interface ProtocolTableOptions {
  /** What is compared, such as the data set. */
  readonly title: string;
  /** Level of significance, in (0, 1). @defaultValue `0.05` */
  readonly significance?: number;
  /** Rules in which the protocols differ. @defaultValue {@link evaluationRules}, those of evaluation */
  readonly rules?: readonly ProtocolRule[];
}

/**
 * The published protocol beside the corrected one, finding by finding: areas with their spread, differences with their p
 * values and what is significant under which, and the rules that make the difference with their reasons.
 *
 * @param asPublished - The record of `compareModels` under `as-published`.
 * @param corrected - That under `corrected`, of the same models and findings in the same order.
 * @param options - Title, significance and rules.
 * @returns Up to three tables under one another; `tables` has their records.
 * @throws RangeError if models, pairs or findings differ, the title is blank or `significance` is out of range.
 * @example
 * {@includeCode ../example/tables.example.ts#protocolTable}
 */
export function protocolTable(
  asPublished: Comparison,
  corrected: Comparison,
  { title, significance = 0.05, rules = evaluationRules }: ProtocolTableOptions,
): Html {
  requireText("protocolTable", "title", title);
  requireWithin("protocolTable", "significance", significance, Number.MIN_VALUE, 1 - Number.EPSILON);
  const both = pairRows(asPublished, corrected);
  const models = Object.keys(corrected.models);
  const pairs = corrected.pairs.map(({ a, b }) => ({ a, b }));
  const interval = percentText(corrected.method.coverage);
  const tables = [areaTable(title, both, models, interval)];
  if (pairs.length > 0) tables.push(differenceTable(title, both, pairs, { interval, significance }));
  if (rules.length > 0) tables.push(rulesTable(title, rules));
  const pieces = tables.map((table) =>
    tableAsHtml(table, { sortable: table.rows[0]?.some((cell) => typeof cell === "number") === true }),
  );
  return { html: markup`<div class="stack">${pieces}</div>`.html, tables };
}

interface Both {
  readonly finding: string;
  readonly published: Row;
  readonly corrected: Row;
}

function pairRows(asPublished: Comparison, corrected: Comparison): Both[] {
  const published = rowsOf("protocolTable", asPublished);
  const others = rowsOf("protocolTable", corrected);
  const signature = ({ models, pairs }: Comparison, rows: readonly Row[]) =>
    JSON.stringify([
      Object.keys(models),
      pairs.map(({ a, b }) => `${a} − ${b}`),
      rows.map(({ finding }) => finding),
    ]);
  const wanted = signature(corrected, others);
  const got = signature(asPublished, published);
  if (wanted !== got) {
    throw new RangeError(
      `protocolTable: models, pairs and findings must be those of the other, ${wanted}, got ${got}`,
    );
  }
  return others.map((row, i) => ({ finding: row.finding, published: published[i]!, corrected: row }));
}

function areaTable(title: string, both: readonly Both[], models: readonly string[], interval: string): Table {
  const rows = both.flatMap(({ finding, published, corrected }) =>
    models.map((model, k): TableCell[] => {
      const before = published.estimates[k] as AucEstimate;
      const { estimate, lower, upper } = corrected.estimates[k] as AucEstimate;
      return [finding, model, before.mean, before.standardDeviation, { estimate, lower, upper }];
    }),
  );
  return {
    title: `${title}: AUROC under both protocols`,
    columns: [
      { label: "Finding" },
      { label: "Model" },
      { label: "Published mean" },
      { label: "Published SD" },
      { label: `Corrected (${interval} interval)` },
    ],
    rows,
  };
}

function differenceTable(
  title: string,
  both: readonly Both[],
  pairs: readonly { readonly a: string; readonly b: string }[],
  { interval, significance }: { readonly interval: string; readonly significance: number },
): Table {
  const rows = both.flatMap(({ finding, published, corrected }) =>
    pairs.map((pair, k): TableCell[] => {
      const [before, after] = [published.differences[k], corrected.differences[k]] as [
        Difference,
        Difference,
      ];
      const then = verdictOf(pair, before.difference, before.pValue <= significance);
      const now = verdictOf(pair, after.difference, after.adjustedPValue < significance);
      const difference = { estimate: after.difference, lower: after.lower, upper: after.upper };
      const changes = then === now ? "no" : "yes";
      const name = `${pair.a} − ${pair.b}`;
      const was = [before.difference, before.pValue, then];
      return [finding, name, changes, ...was, difference, after.adjustedPValue, now];
    }),
  );
  const numChanged = rows.filter((row) => row[2] === "yes").length;
  return {
    title: `${title}: differences under both protocols`,
    columns: [
      { label: "Finding" },
      { label: "Pair" },
      { label: "Changes" },
      { label: "Published difference", numbers: "signed" },
      { label: "Published p", numbers: "pValue" },
      { label: "Published conclusion" },
      { label: `Corrected difference (${interval} interval)`, numbers: "signed" },
      { label: "Corrected p, adjusted", numbers: "pValue" },
      { label: "Corrected conclusion" },
    ],
    rows,
    notes: [`At a level of ${significance} the conclusion changes in ${numChanged} of ${rows.length} rows.`],
  };
}

function verdictOf(
  { a, b }: { readonly a: string; readonly b: string },
  difference: number,
  isSignificant: boolean,
): string {
  if (!Number.isFinite(difference)) return "not defined";
  if (!isSignificant) return "none shown";
  return `${difference > 0 ? a : b} higher`;
}

function rulesTable(title: string, rules: readonly ProtocolRule[]): Table {
  return {
    title: `${title}: what differs and why`,
    columns: [{ label: "Rule" }, { label: "As published" }, { label: "Corrected" }, { label: "Why" }],
    rows: rules.map(({ subject, asPublished, corrected, reason }) => [
      subject,
      asPublished,
      corrected,
      reason,
    ]),
  };
}
