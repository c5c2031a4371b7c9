import { type AdjustmentMethod, adjustPValues } from "./adjustPValues.js";
import type { Difference, PairedDifferences } from "./Comparison.js";

/** A difference whose p value is yet to be adjusted; an adjusted one of an earlier family is replaced. */
export type RawDifference = Omit<Difference, "adjustedPValue">;

/** Two models on the same images, p values yet to be adjusted. */
export interface RawPair {
  readonly a: string;
  readonly b: string;
  readonly perFinding: readonly RawDifference[];
  readonly macro: RawDifference;
}

/** Findings of all pairs are one family of tests, macro means another. */
export function adjustPairs(pairs: readonly RawPair[], method: AdjustmentMethod): PairedDifferences[] {
  const ofFindings = adjustPValues(
    pairs.flatMap(({ perFinding }) => perFinding.map(({ pValue }) => pValue)),
    method,
  );
  const ofMacros = adjustPValues(
    pairs.map(({ macro }) => macro.pValue),
    method,
  );
  let next = 0;
  return pairs.map(({ a, b, perFinding, macro }, i) => ({
    a,
    b,
    perFinding: perFinding.map((row) => ({ ...row, adjustedPValue: ofFindings[next++]! })),
    macro: { ...macro, adjustedPValue: ofMacros[i]! },
  }));
}
