/** Bytes of a tensor; infinite where the product overflows, also if a later factor 0 would hide that. */
export function byteLengthOf(shape: readonly number[], elementBytes: number): number {
  let length = elementBytes;
  for (const size of shape) {
    length *= size;
    if (length > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
  }
  return length;
}
