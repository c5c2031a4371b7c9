import {
  expandable,
  type HtmlReportInput,
  protocolTable,
  type ReportSection,
  type Table,
  tableAsHtml,
} from "@cxrkit/report";
import type { Comparison } from "@cxrkit/statistics";
import type { ComparisonRecord, StudyResults } from "../results.js";
import { comparedName } from "./comparedName.js";
import { plainName } from "./plainName.js";
import { sharedComparison } from "./sharedComparison.js";
import { rulesTable } from "./studyRules.js";

/** A comparison as each protocol made it. */
interface BothRecords {
  readonly name: string;
  readonly published: Comparison;
  readonly corrected: Comparison;
}

/** The level under which a difference counts as shown. */
const significance = 0.05;

/**
 * The results of a study under both protocols side by side: other preparation, training, choice of the epoch and
 * statistics, from the same files. The means first, then every finding of each comparison, then the rules.
 *
 * @param asPublished - Results of the folder of `as-published`.
 * @param corrected - Results of the folder of `corrected`, of the same datasets and starts.
 * @throws RangeError if no comparison is in both.
 */
export function bothProtocols(
  asPublished: StudyResults,
  corrected: StudyResults,
): Pick<HtmlReportInput, "title" | "summary" | "sections"> {
  const both = pairRecords(asPublished.comparisons, corrected.comparisons);
  const differences = both.flatMap(differenceRows);
  const numChanged = differences.filter((row) => row[2] === "yes").length;
  const sections: ReportSection[] = [
    {
      id: "means",
      title: "Side by side",
      lead: "Means over the findings of each comparison, on the test images of each protocol.",
      content: [
        tableAsHtml(meansTable(both)),
        ...(differences.length > 0 ? [tableAsHtml(differencesTable(differences))] : []),
      ],
    },
    { id: "findings", title: "Finding by finding", content: both.map(findingsOf) },
    { id: "rules", title: "What differs", content: [tableAsHtml(rulesTable, { sortable: false })] },
  ];
  return {
    title: `Both protocols: ${corrected.title}`,
    summary: [
      differences.length > 0
        ? changesText(numChanged, differences.length)
        : "Each start under both protocols.",
      "Each protocol trained its own models from the same files, so that the columns differ by preparation, training and choice of the epoch as well as by statistics. What the statistics alone change stands in the report of each protocol.",
    ],
    sections,
  };
}

function changesText(numChanged: number, numPairs: number): string {
  if (numPairs === 1)
    return `The conclusion on the mean AUROC ${numChanged === 1 ? "is another" : "is the same"} under the two protocols.`;
  return `The conclusion on the mean AUROC is another under the other protocol in ${numChanged} of ${numPairs} comparisons of two starts.`;
}

function pairRecords(
  asPublished: readonly ComparisonRecord[],
  corrected: readonly ComparisonRecord[],
): BothRecords[] {
  const both = corrected.flatMap((record): BothRecords[] => {
    const other = asPublished.find(({ dataset, name }) => dataset === record.dataset && name === record.name);
    if (other === undefined) return [];
    const name = comparedName(record, corrected);
    return [{ name, published: other.published, corrected: record.comparison }];
  });
  if (both.length === 0)
    throw new RangeError(
      "bothProtocols: a comparison must be in the results of both protocols, got none that is",
    );
  return both;
}

function meansTable(both: readonly BothRecords[]): Table {
  const percent = `${100 * (both[0]?.corrected.method.coverage ?? 0.95)} %`;
  return {
    title: "Mean AUROC under both protocols",
    columns: [
      { label: "Data set" },
      { label: "Start" },
      { label: "As published: mean" },
      { label: "As published: SD, pooled" },
      { label: "As published: findings", numbers: "count" },
      { label: `Corrected: mean (${percent} interval)` },
      { label: "Corrected: findings", numbers: "count" },
    ],
    rows: both.flatMap(({ name, published, corrected }) =>
      Object.entries(corrected.models).map(([start, { macro, perFinding }]) => {
        const before = published.models[start];
        return [
          name,
          start,
          before?.macro.mean ?? null,
          before?.macro.standardDeviation ?? null,
          before?.perFinding.length ?? null,
          { estimate: macro.estimate, lower: macro.lower, upper: macro.upper },
          perFinding.length,
        ];
      }),
    ),
  };
}

function differenceRows({ name, published, corrected }: BothRecords): Table["rows"][number][] {
  return corrected.pairs.flatMap(({ a, b, macro }) => {
    const before = published.pairs.find((pair) => pair.a === a && pair.b === b)?.macro;
    if (before === undefined) return [];
    const verdict = (difference: number, isShown: boolean) =>
      isShown ? `${difference > 0 ? a : b} higher` : "none shown";
    const then = verdict(before.difference, before.pValue <= significance);
    const now = verdict(macro.difference, macro.adjustedPValue < significance);
    return [
      [
        name,
        `${a} − ${b}`,
        then === now ? "no" : "yes",
        before.difference,
        before.pValue,
        then,
        { estimate: macro.difference, lower: macro.lower, upper: macro.upper },
        macro.adjustedPValue,
        now,
      ],
    ];
  });
}

function differencesTable(rows: Table["rows"]): Table {
  return {
    title: "Differences of the mean AUROC under both protocols",
    columns: [
      { label: "Data set" },
      { label: "Pair" },
      { label: "Changes" },
      { label: "Published difference", numbers: "signed" },
      { label: "Published p", numbers: "pValue" },
      { label: "Published conclusion" },
      { label: "Corrected difference (interval)", numbers: "signed" },
      { label: "Corrected p, adjusted", numbers: "pValue" },
      { label: "Corrected conclusion" },
    ],
    rows,
  };
}

function findingsOf({ name, published, corrected }: BothRecords) {
  const shared = sharedComparison(published, corrected);
  if (shared === undefined) return `${name}: no finding has enough positives under both protocols.`;
  const { onlyOne } = shared;
  const table = protocolTable(shared.published, shared.corrected, { title: name, rules: [], significance });
  const words = `Under one protocol only, for too few positives under the other: ${onlyOne.map(plainName).join(", ")}. The means have them.`;
  return expandable(name, onlyOne.length > 0 ? [table, words] : [table]);
}
