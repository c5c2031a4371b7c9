/** Label columns and what they become when left and right change places. */
export interface Sides {
  /** The findings asked for, then the other sides that they need. */
  readonly findings: readonly string[];
  /** For each finding asked for the column of its other side, or its own if it has none. */
  readonly partners: Int32Array;
}

/** Finds the other side of each finding that ends in `_left` or `_right`. */
export function sidesOf(where: string, findings: readonly string[], known: readonly string[]): Sides {
  const all = [...findings];
  const partners = Int32Array.from(findings, (finding, k) => {
    const other = otherSide(finding);
    if (other === undefined) return k;
    if (!known.includes(other))
      throw new RangeError(
        `${where}: a flip must find a label of ${other} for ${finding}, got a store without it; pass augment.swapSides: false`,
      );
    if (!all.includes(other)) all.push(other);
    return all.indexOf(other);
  });
  return { findings: all, partners };
}

function otherSide(finding: string): string | undefined {
  if (finding.endsWith("_left")) return `${finding.slice(0, -"_left".length)}_right`;
  if (finding.endsWith("_right")) return `${finding.slice(0, -"_right".length)}_left`;
  return undefined;
}
