import type { AucEstimate, Comparison, Difference } from "@cxrkit/statistics";
import { requireText, requireWithin } from "./_check.js";
import { lackOf, methodText, type Row, rowsOf } from "./_comparison.js";
import { comparisonRecord } from "./_comparisonRecord.js";
import { areaText, countText, dash, differenceText, percentText, pValueText } from "./_format.js";
import { markup } from "./_markup.js";
import type { Html } from "./Html.js";

/** Options of {@link comparisonTable}. */
export interface ComparisonTableOptions {
  /** What the table shows. @defaultValue `"Area under the ROC curve by finding"` */
  readonly caption?: string;
  /** Adjusted p values below this are marked, in (0, 1). @defaultValue `0.05` */
  readonly significance?: number;
}

const adjustments: Readonly<Record<string, string>> = {
  bonferroni: "Bonferroni",
  holm: "Holm",
  hochberg: "Hochberg",
  hommel: "Hommel",
  bh: "Benjamini and Hochberg",
  by: "Benjamini and Yekutieli",
};

/**
 * Table of a comparison: a row a finding and one for the macro mean; a column a model with area and interval; for each
 * pair the difference with its interval, its p value and the adjusted one; and how many images there are.
 *
 * @param comparison - The record of `compareModels`. What is NaN is shown as a dash, and a note says why.
 * @param options - Caption and level of significance.
 * @returns The table with its notes. What is significant is bold and starred, not coloured.
 * @throws RangeError if there is no model or finding, models differ in their findings or counts, the caption is blank or
 *   `significance` is out of range.
 * @see Lang & Altman (2015), Statistical analyses and methods in the published literature: the SAMPL guidelines.
 * @example
 * {@includeCode ../example/report.example.ts#comparisonTable}
 */
export function comparisonTable(
  comparison: Comparison,
  { caption = "Area under the ROC curve by finding", significance = 0.05 }: ComparisonTableOptions = {},
): Html {
  requireText("comparisonTable", "caption", caption);
  requireWithin("comparisonTable", "significance", significance, Number.MIN_VALUE, 1 - Number.EPSILON);
  const rows = rowsOf("comparisonTable", comparison);
  const body = rows.filter(({ isMacro }) => !isMacro).map((row) => rowHtml(row, significance));
  const foot = rows.filter(({ isMacro }) => isMacro).map((row) => rowHtml(row, significance));
  const notes = notesOf(comparison, rows, significance);
  const { html } =
    markup`<div class="sheet"><div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="comparison">
<caption><span>${caption}</span></caption>
${headHtml(comparison)}
<tbody>
${body}</tbody>
<tbody class="macro">
${foot}</tbody>
</table></div>
<ul class="notes">${notes.map((note) => markup`<li>${note}</li>`)}</ul></div>`;
  return { html, tables: [comparisonRecord(caption, comparison, rows, notes)] };
}

function headHtml({ models, pairs, method }: Comparison): Html {
  const names = Object.keys(models);
  const interval = `${percentText(method.coverage)} interval`;
  const groups = pairs.map(({ a, b }) => markup`<th scope="colgroup" colspan="3">${a} − ${b}</th>`);
  const pairColumns = pairs.map(
    () =>
      markup`<th scope="col">Difference (${interval})</th><th scope="col">p</th><th scope="col">Adjusted p</th>`,
  );
  return markup`<thead>
<tr><th scope="col" rowspan="2">Finding</th><th scope="colgroup" colspan="${names.length}">AUROC (${interval})</th>${groups}<th scope="colgroup" colspan="3">Labels</th></tr>
<tr>${names.map((name) => markup`<th scope="col">${name}</th>`)}${pairColumns}<th scope="col">Positive</th><th scope="col">Negative</th><th scope="col">Missing</th></tr>
</thead>`;
}

function rowHtml({ finding, estimates, differences }: Row, significance: number): Html {
  const { numPositives, numNegatives, numMissing } = estimates[0] as AucEstimate;
  const counts = [numPositives, numNegatives, numMissing].map(
    (count) => markup`<td>${countText(count)}</td>`,
  );
  const reason = lackOf(estimates[0] as AucEstimate);
  return markup`<tr><th scope="row">${finding}</th>${estimates.map(estimateHtml)}${differences.map((difference) => differenceHtml(difference, reason, significance))}${counts}</tr>
`;
}

function estimateHtml(estimate: AucEstimate): Html {
  const text = areaText(estimate.estimate, estimate.lower, estimate.upper);
  return markup`<td>${cellHtml(text, lackOf(estimate))}</td>`;
}

function differenceHtml(of: Difference, reason: string, significance: number): Html {
  const isSignificant = of.adjustedPValue < significance;
  const strong = (cell: Html) => (isSignificant ? markup`<strong>${cell}</strong>` : cell);
  const difference = cellHtml(differenceText(of.difference, of.lower, of.upper), reason);
  const adjusted = cellHtml(pValueText(of.adjustedPValue) + (isSignificant ? "*" : ""), reason);
  return markup`<td>${strong(difference)}</td><td>${cellHtml(pValueText(of.pValue), reason)}</td><td>${strong(adjusted)}</td>`;
}

/** A number with its interval under it, or a dash with its reason. */
function cellHtml(text: string, reason: string): Html {
  if (text === dash) return markup`<abbr title="${reason}">${dash}</abbr>`;
  const bracket = text.indexOf(" (");
  if (bracket < 0) return markup`${text}`;
  return markup`${text.slice(0, bracket)} <span class="interval">${text.slice(bracket + 1)}</span>`;
}

function notesOf(comparison: Comparison, rows: readonly Row[], significance: number): string[] {
  const notes = [methodText(comparison)];
  if (comparison.pairs.length > 0) {
    notes.push(
      `* and bold: adjusted p below ${significance}; p values adjusted by ${adjustments[comparison.method.adjustment] ?? comparison.method.adjustment}.`,
    );
  }
  const lacking = rows.filter(
    ({ estimates, differences }) =>
      estimates.some(({ estimate }) => !Number.isFinite(estimate)) ||
      differences.some(({ difference, pValue }) => !Number.isFinite(difference + pValue)),
  );
  if (lacking.length > 0) {
    const each = lacking.map(
      ({ finding, estimates }) => `${finding}, ${lackOf(estimates[0] as AucEstimate)}`,
    );
    notes.push(`${dash} not defined: ${each.join("; ")}.`);
  }
  return notes;
}
