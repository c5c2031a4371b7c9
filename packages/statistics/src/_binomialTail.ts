import { incompleteBeta } from "./_incompleteBeta.js";

/**
 * P(X ≤ successes) and P(X = successes) for as many tosses of a fair coin.
 *
 * @param successes - An integer from 0 to half the tosses.
 * @param tosses - An integer ≥ 0.
 * @see Abramowitz & Stegun (1964), 26.5.24.
 */
export function binomialTail(
  successes: number,
  tosses: number,
): { readonly atMost: number; readonly exactly: number } {
  if (tosses === 0) return { atMost: 1, exactly: 1 };
  const failures = tosses - successes;
  const { lower, density } = incompleteBeta(failures, successes + 1, 0.5, 0.5);
  return { atMost: lower, exactly: (2 * density) / failures };
}
