import { requireCount, requireSome, requireText, requireUnique } from "./_check.js";
import { countText, findingName, shareText } from "./_format.js";
import { markup, nothing } from "./_markup.js";
import type { Fact } from "./Fact.js";
import type { Html } from "./Html.js";
import type { Table, TableColumn } from "./Table.js";

/** How often a finding is there, is not, and is not known. */
export interface FindingCounts {
  /** Name of the finding; `pleural_effusion` is shown as `Pleural effusion`. */
  readonly finding: string;
  /** Images that show it. */
  readonly numPositives: number;
  /** Images that do not. */
  readonly numNegatives: number;
  /** Images whose label says uncertain. @defaultValue no such column, or 0 if another finding has it */
  readonly numUncertain?: number;
  /** Images with no label. */
  readonly numMissing: number;
}

/** What {@link datasetCard} shows. */
export interface DatasetCardInput {
  /** Name of the data set. */
  readonly name: string;
  /** Images, patients, licence, source and the like, in the order shown. */
  readonly facts: readonly Fact[];
  /** In the order shown. */
  readonly findings: readonly FindingCounts[];
  /** What a reader must know of it, a paragraph each. @defaultValue none */
  readonly notes?: readonly string[];
}

/**
 * Card of a data set: its facts, and how often each finding is there among the images whose label is known.
 *
 * @param card - Name, facts, counts and notes.
 * @returns The card. The share of a finding with neither positives nor negatives is a dash.
 * @throws RangeError if the name is blank, there is no finding or one twice, or a count is not an integer ≥ 0.
 * @see Gebru et al. (2021), Datasheets for datasets, Communications of the ACM 64(12):86–92.
 * @example
 * {@includeCode ../example/report.example.ts#datasetCard}
 */
export function datasetCard({ name, facts, findings, notes = [] }: DatasetCardInput): Html {
  requireText("datasetCard", "name", name);
  requireSome("datasetCard", "findings", findings.length);
  requireUnique(
    "datasetCard",
    "findings",
    findings.map(({ finding }) => finding),
  );
  for (const { finding, numPositives, numNegatives, numUncertain = 0, numMissing } of findings) {
    requireCount("datasetCard", `positives of ${finding}`, numPositives);
    requireCount("datasetCard", `negatives of ${finding}`, numNegatives);
    requireCount("datasetCard", `uncertain of ${finding}`, numUncertain);
    requireCount("datasetCard", `missing of ${finding}`, numMissing);
  }
  const hasUncertain = findings.some(({ numUncertain }) => numUncertain !== undefined);
  const uncertain = hasUncertain ? markup`<th scope="col">Uncertain</th>` : nothing;
  const { html } = markup`<article class="card"><h3>${name}</h3>
<dl class="facts">${facts.map(({ label, value }) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
<div class="scroll" role="region" aria-label="Findings of ${name}" tabindex="0"><table>
<caption><span>Images by finding</span></caption>
<thead><tr><th scope="col">Finding</th><th scope="col">Positive</th><th scope="col">Negative</th>${uncertain}<th scope="col">Missing</th><th scope="col" class="share">Share positive</th></tr></thead>
<tbody>
${findings.map((counts) => rowHtml(counts, hasUncertain))}</tbody>
</table></div>
${notes.map((note) => markup`<p class="note">${note}</p>`)}</article>`;
  return { html, tables: [tableOf(`${name}: images by finding`, findings, hasUncertain)] };
}

function tableOf(title: string, findings: readonly FindingCounts[], hasUncertain: boolean): Table {
  const count = (label: string): TableColumn => ({ label, numbers: "count" });
  const uncertain = hasUncertain ? [count("Uncertain")] : [];
  return {
    title,
    columns: [
      { label: "Finding" },
      count("Positive"),
      count("Negative"),
      ...uncertain,
      count("Missing"),
      { label: "Share positive", numbers: "percent" },
    ],
    rows: findings.map(({ finding, numPositives, numNegatives, numUncertain = 0, numMissing }) => [
      findingName(finding),
      numPositives,
      numNegatives,
      ...(hasUncertain ? [numUncertain] : []),
      numMissing,
      numPositives / (numPositives + numNegatives),
    ]),
  };
}

function rowHtml(
  { finding, numPositives, numNegatives, numUncertain = 0, numMissing }: FindingCounts,
  hasUncertain: boolean,
): Html {
  const share = numPositives / (numPositives + numNegatives);
  const bar = Number.isNaN(share)
    ? nothing
    : markup`<span class="bar" aria-hidden="true"><span style="width:${(share * 100).toFixed(2)}%"></span></span>`;
  const uncertain = hasUncertain ? markup`<td>${countText(numUncertain)}</td>` : nothing;
  return markup`<tr><th scope="row">${findingName(finding)}</th><td>${countText(numPositives)}</td><td>${countText(numNegatives)}</td>${uncertain}<td>${countText(numMissing)}</td><td class="share">${bar}${shareText(share)}</td></tr>
`;
}
