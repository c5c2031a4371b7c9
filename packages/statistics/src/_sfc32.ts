/**
 * State of the generator sfc32 for a seed and one of its streams: three words and a counter. The loops below keep it in
 * local variables, which is several times as fast as a function call for each number.
 *
 * @param stream - An integer from 0 to 2^32 − 1, a seed word beside the two of the seed.
 * @see Doty-Humphrey, PractRand 0.94, generator sfc32.
 */
export function sfc32State(seed: number, stream = 0): Int32Array {
  const state = Int32Array.of(0x9e3779b9 + stream, Math.floor(seed / 2 ** 32), seed, 1);
  skipNumbers(state, 15);
  return state;
}

/** Goes on by so many numbers. */
function skipNumbers(state: Int32Array, count: number): void {
  let a = state[0]! | 0;
  let b = state[1]! | 0;
  let c = state[2]! | 0;
  let counter = state[3]! | 0;
  for (let i = 0; i < count; i++) {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
  }
  state.set([a, b, c, counter]);
}

/**
 * Draws as many of `members` (all numbers below `count` where there are none) as there are, with replacement, and adds 1
 * to byte `lane` of each one's four.
 */
export function countDrawn(
  state: Int32Array,
  bytes: Uint8Array,
  lane: number,
  count: number,
  members?: Int32Array,
): void {
  let a = state[0]! | 0;
  let b = state[1]! | 0;
  let c = state[2]! | 0;
  let counter = state[3]! | 0;
  for (let i = 0; i < count; i++) {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    const drawn = (((sum >>> 0) / 2 ** 32) * count) | 0;
    bytes[4 * (members === undefined ? drawn : members[drawn]!) + lane]!++;
  }
  state.set([a, b, c, counter]);
}
