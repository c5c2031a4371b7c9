import { requireCount, requireSome, requireText, requireUnique } from "./_check.js";
import type { SubgroupRow } from "./SubgroupRow.js";

/** Refuses rows without names, with counts that are none, or that come twice. */
export function requireSubgroups(where: string, rows: readonly SubgroupRow[]): void {
  requireSome(where, "rows", rows.length);
  for (const { model, attribute, group, n, numPositives } of rows) {
    for (const name of [model, attribute, group]) requireText(where, "names of a row", name);
    requireCount(where, `images of ${attribute} ${group}`, n);
    requireCount(where, `positives of ${attribute} ${group}`, numPositives);
  }
  requireUnique(
    where,
    "rows",
    rows.map(({ model, attribute, group }) => `${model}, ${attribute}, ${group}`),
  );
}
