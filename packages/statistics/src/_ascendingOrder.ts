/** Below this, comparing is faster than counting digits. */
const fewest = 1024;
/** Moves per number that putting the last of them right may take before the low words are sorted as well. */
const patience = 4;
/** Bits of the digits of one 32-bit word, the lowest first. */
const digits = [
  { shift: 0, mask: 0x7ff },
  { shift: 11, mask: 0x7ff },
  { shift: 22, mask: 0x3ff },
];
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * Indices of finite numbers in ascending order; equal numbers, −0 and 0 among them, keep the order given.
 *
 * A radix sort by the higher halves of the numbers, O(N); what agrees in them, to about one part in a million, is put
 * right by insertion or, where that is much, by sorting the lower halves first.
 */
export function ascendingOrder(values: Float64Array): Int32Array {
  const { length } = values;
  if (length < fewest) {
    return Int32Array.from(values.keys()).sort((i, j) => values[i]! - values[j]! || i - j);
  }
  const high = sortableWord(values, true);
  const coarse = sortByKeys(high);
  if (putRight(coarse, values)) return coarse;
  const byLow = sortByKeys(sortableWord(values, false));
  const highByLow = new Int32Array(length);
  for (let i = 0; i < length; i++) highByLow[i] = high[byLow[i]!]!;
  const coarseOfLow = sortByKeys(highByLow);
  for (let i = 0; i < length; i++) coarseOfLow[i] = byLow[coarseOfLow[i]!]!;
  return coarseOfLow;
}

/** Indices of the keys in ascending order as unsigned integers, equal ones in the order given. */
function sortByKeys(keys: Int32Array): Int32Array {
  const { length } = keys;
  const places = countDigits(keys);
  let from: KeyedOrder = { keys, order: undefined };
  let spare: KeyedOrder | undefined;
  for (const [d, { shift, mask }] of digits.entries()) {
    const starts = places[d]!;
    if (starts[(keys[0]! >>> shift) & mask] === length) continue;
    sumBefore(starts);
    const to = spare ?? { keys: new Int32Array(length), order: new Int32Array(length) };
    scatter(from, to, shift, mask, starts);
    // What was given is not written to.
    spare = from.order === undefined ? undefined : from;
    from = to;
  }
  return from.order ?? Int32Array.from(keys.keys());
}

interface KeyedOrder {
  readonly keys: Int32Array;
  /** Index of each key; undefined for 0, 1, 2, … */
  readonly order: Int32Array | undefined;
}

/** How often each value of each digit occurs. */
function countDigits(keys: Int32Array): Int32Array[] {
  const [first, second, third] = [new Int32Array(2048), new Int32Array(2048), new Int32Array(2048)];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    first[key & 0x7ff]!++;
    second[(key >>> 11) & 0x7ff]!++;
    third[key >>> 22]!++;
  }
  return [first, second, third];
}

/** Each count replaced by the sum of those before it. */
function sumBefore(counts: Int32Array): void {
  let sum = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit]!;
    counts[digit] = sum;
    sum += count;
  }
}

/** Moves each entry to the next free place of its digit. */
function scatter(from: KeyedOrder, to: KeyedOrder, shift: number, mask: number, places: Int32Array): void {
  const { keys, order } = from;
  const { keys: nextKeys, order: nextOrder } = to as Required<KeyedOrder> & { order: Int32Array };
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const place = places[(key >>> shift) & mask]!++;
    nextKeys[place] = key;
    nextOrder[place] = order === undefined ? i : order[i]!;
  }
}

/** Insertion sort of what is nearly sorted; gives up, and says so, when it takes too many moves. */
function putRight(order: Int32Array, values: Float64Array): boolean {
  let moves = patience * order.length;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < order.length; i++) {
    const index = order[i]!;
    const value = values[index]!;
    if (value >= greatest) {
      greatest = value;
      continue;
    }
    let j = i;
    while (j > 0 && values[order[j - 1]!]! > value) {
      order[j] = order[j - 1]!;
      j--;
      if (--moves < 0) return false;
    }
    order[j] = index;
  }
  return true;
}

/** Higher halves of the numbers, or the lower ones, changed so that their order as unsigned integers is that of the numbers. */
function sortableWord(values: Float64Array, isHigh: boolean): Int32Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const result = new Int32Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const top = words[2 * i + highWord]!;
    const bottom = words[2 * i + 1 - highWord]!;
    // −0 is taken for 0, so that the two are tied.
    const flip = top === 0x80000000 && bottom === 0 ? 0 : -(top >>> 31);
    result[i] = isHigh ? (flip === 0 ? top | 0x80000000 : ~top) : bottom ^ flip;
  }
  return result;
}
