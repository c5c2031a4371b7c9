import type { ComparisonRecord } from "../results.js";

/** Name of a comparison in a table: its dataset, and which comparison it is where there are several of them. */
export function comparedName(
  { dataset, name }: Pick<ComparisonRecord, "dataset" | "name">,
  all: readonly Pick<ComparisonRecord, "name">[],
): string {
  return all.every((other) => other.name === name) ? dataset : `${dataset} (${name})`;
}
