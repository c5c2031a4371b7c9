import type { Alternative } from "./Alternative.js";

/** P value from the two tails of the statistic, the observed value in both; two-sided is twice the smaller, at most 1. */
export function pValue(alternative: Alternative, lower: number, upper: number): number {
  if (alternative === "less") return lower;
  if (alternative === "greater") return upper;
  return Math.min(1, 2 * Math.min(lower, upper));
}
