/** Number of pixels of each grey value. */
export function countValues(pixels: Uint8Array | Uint16Array, maximum: number): Uint32Array {
  const counts = new Uint32Array(maximum + 1);
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i] as number;
    counts[value] = (counts[value] as number) + 1;
  }
  return counts;
}

/**
 * Percentile of the values behind a histogram, interpolated between neighbours in order (type 7, as in NumPy).
 *
 * @param counts - Number of each value from 0 on; at least one value in all.
 * @param share - Per cent, from 0 to 100.
 */
export function percentileOf(counts: Uint32Array, share: number): number {
  let total = 0;
  for (let value = 0; value < counts.length; value++) total += counts[value] as number;
  const rank = (share / 100) * (total - 1);
  const below = Math.floor(rank);
  const lower = valueAt(counts, below);
  if (rank === below) return lower;
  return lower + (rank - below) * (valueAt(counts, below + 1) - lower);
}

/** The value with a place in the ascending order. */
function valueAt(counts: Uint32Array, place: number): number {
  let value = 0;
  for (let seen = counts[0] as number; seen <= place; seen += counts[value] as number) value++;
  return value;
}
