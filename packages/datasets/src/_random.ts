/** Spreads the bits of a 32-bit integer (the finaliser of MurmurHash3). */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Uniform numbers on [0, 1) that depend on the keys alone, the same on every machine: the keys are hashed into
 * the state of the generator sfc32 (C. Doty-Humphrey, PractRand).
 *
 * @param keys - Non-negative safe integers; streams with different keys are independent of each other.
 */
export function randomStream(...keys: readonly number[]): () => number {
  let hash = mix(keys.length);
  for (const key of keys) {
    hash = mix(hash ^ mix(key % 2 ** 32));
    hash = mix((hash + 0x9e3779b9) ^ mix(Math.floor(key / 2 ** 32)));
  }
  let [a, b, c, counter] = [mix(hash + 1), mix(hash + 2), mix(hash + 3), 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** Puts an array into random order, in place (Fisher and Yates). */
export function shuffleInPlace<T extends { [index: number]: unknown; readonly length: number }>(
  array: T,
  random: () => number,
): T {
  for (let i = array.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = array[i];
    (array as { [index: number]: unknown })[i] = array[j];
    (array as { [index: number]: unknown })[j] = kept;
  }
  return array;
}
