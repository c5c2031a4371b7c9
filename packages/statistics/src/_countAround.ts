import { median } from "simple-statistics";

/** How many values lie where. */
export interface CountsAround {
  readonly below: number;
  readonly tied: number;
  readonly above: number;
}

/** Relative difference that counts as a tie: what sums in another order may differ by, with room to spare. */
const TIE = 1e-12;

/**
 * Counts values below, at and above an observed one. Two are tied if they differ by at most 1e-12 of the larger, or of
 * the median magnitude of all values: the latter matters where the observed value is 0 but for rounding.
 *
 * @param values - At least one, no NaN.
 * @param observed - Not NaN.
 */
export function countAround(values: Float64Array, observed: number): CountsAround {
  const scale = Math.max(Math.abs(observed), median(Array.from(values, Math.abs)));
  let below = 0;
  let tied = 0;
  for (const value of values) {
    const largest = Math.max(scale, Math.abs(value));
    if (value === observed || (Number.isFinite(largest) && Math.abs(value - observed) <= TIE * largest))
      tied++;
    else if (value < observed) below++;
  }
  return { below, tied, above: values.length - below - tied };
}
