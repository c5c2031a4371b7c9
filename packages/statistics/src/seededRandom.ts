import { sfc32State } from "./_sfc32.js";

/**
 * Uniform numbers on [0, 1) with 32 random bits each, the same digits on every machine: the generator sfc32, with a
 * period of at least 2^32 for every seed and stream.
 *
 * @param seed - An integer from 0 to 2^53 − 1; those of different seeds do not overlap in practice.
 * @param stream - An integer from 0 to 2^32 − 1: one of the seed's streams, which do not overlap either.
 * {@link compareModels} draws its resamples 4 i to 4 i + 3 from stream i.
 * @returns A function that gives the next number at each call.
 * @throws RangeError if the seed or the stream is not such an integer.
 * @see Doty-Humphrey, PractRand 0.94, generator sfc32.
 * @example
 * {@includeCode ../example/statistics.example.ts#seededRandom}
 */
export function seededRandom(seed: number, stream = 0): () => number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seededRandom: seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
  }
  if (!Number.isInteger(stream) || stream < 0 || stream >= 2 ** 32) {
    throw new RangeError(`seededRandom: stream must be an integer from 0 to 2^32 - 1, got ${stream}`);
  }
  let [a, b, c, counter] = sfc32State(seed, stream) as unknown as [number, number, number, number];
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}
