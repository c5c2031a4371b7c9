/** Names that mean the same in the study's transfer of heads: the reports of Aachen have words of their own. */
const sameAs: Readonly<Record<string, string>> = {
  pneumonic_infiltrates: "pneumonia",
  healthy: "no_finding",
};

/** The name under which a finding is shared between datasets. */
export function sharedName(finding: string): string {
  return sameAs[finding] ?? finding;
}

/**
 * What a list of findings can say of other datasets: for each shared name the findings that stand for it. A finding that
 * has a right and a left side is there where either is.
 */
export function sharedFindings(findings: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const shared = new Map<string, readonly string[]>();
  for (const finding of findings) {
    const either = finding.match(/^(.+)_right$/)?.[1];
    const left = `${either}_left`;
    if (either !== undefined && findings.includes(left)) shared.set(sharedName(either), [finding, left]);
    else if (!finding.endsWith("_left")) shared.set(sharedName(finding), [finding]);
  }
  return shared;
}
