/** A finding as a person reads it. */
export function plainName(finding: string): string {
  return finding === "macro" ? "mean of findings" : finding.replaceAll("_", " ");
}
