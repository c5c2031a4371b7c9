import type { Comparison } from "@cxrkit/statistics";

/** The parts of two comparisons that speak of the same findings. */
export interface SharedComparison {
  readonly published: Comparison;
  readonly corrected: Comparison;
  /** Findings that only one of them has. */
  readonly onlyOne: readonly string[];
}

/**
 * Two comparisons of the same starts, by the findings that both have: each protocol leaves out the findings that are too
 * rare in its own test images. The means stay those of all findings of each. Undefined where no finding is in both.
 */
export function sharedComparison(published: Comparison, corrected: Comparison): SharedComparison | undefined {
  const lists = [published, corrected].map(({ models }) =>
    (Object.values(models)[0]?.perFinding ?? []).map(({ finding }) => finding),
  ) as [string[], string[]];
  const shared = lists[1].filter((finding) => lists[0].includes(finding));
  if (shared.length === 0) return undefined;
  return {
    published: only(published, shared),
    corrected: only(corrected, shared),
    onlyOne: [...new Set(lists.flat())].filter((finding) => !shared.includes(finding)),
  };
}

function only(comparison: Comparison, findings: readonly string[]): Comparison {
  const pick = <T extends { readonly finding: string }>(all: readonly T[]): T[] =>
    findings.flatMap((finding) => all.filter((one) => one.finding === finding));
  return {
    ...comparison,
    models: Object.fromEntries(
      Object.entries(comparison.models).map(([name, model]) => [
        name,
        { ...model, perFinding: pick(model.perFinding) },
      ]),
    ),
    pairs: comparison.pairs.map((pair) => ({ ...pair, perFinding: pick(pair.perFinding) })),
  };
}
