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
  const order = identity(length);
  if (length < fewest) return order.sort((i, j) => values[i]! - values[j]! || i - j);
  const coarse = sortByKeys({ keys: sortableWord(values, true), order });
  if (putRight(coarse, values)) return coarse;
  const byLow = sortByKeys({ keys: sortableWord(values, false), order: identity(length) });
  const high = sortableWord(values, true);
  return sortByKeys({ keys: byLow.map((index) => high[index]!), order: byLow });
}

function identity(length: number): Int32Array {
  const order = new Int32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  return order;
}

/** Stable sort by keys; what is given is overwritten. */
function sortByKeys(given: KeyedOrder): Int32Array {
  const { length } = given.order;
  let from = given;
  let to: KeyedOrder = { keys: new Int32Array(length), order: new Int32Array(length) };
  const places = new Int32Array(2048);
  for (const { shift, mask } of digits) {
    places.fill(0);
    for (let i = 0; i < length; i++) places[(from.keys[i]! >>> shift) & mask]!++;
    if (places[(from.keys[0]! >>> shift) & mask] === length) continue;
    for (let digit = 0, start = 0; digit <= mask; digit++) {
      const count = places[digit]!;
      places[digit] = start;
      start += count;
    }
    scatter(from, to, shift, mask, places);
    [from, to] = [to, from];
  }
  return from.order;
}

interface KeyedOrder {
  readonly keys: Int32Array;
  readonly order: Int32Array;
}

/** Moves each entry to the next free place of its digit. */
function scatter(from: KeyedOrder, to: KeyedOrder, shift: number, mask: number, places: Int32Array): void {
  const { keys, order } = from;
  const { keys: nextKeys, order: nextOrder } = to;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const place = places[(key >>> shift) & mask]!++;
    nextKeys[place] = key;
    nextOrder[place] = order[i]!;
  }
}

/** Insertion sort of what is nearly sorted; gives up, and says so, when it takes too many moves. */
function putRight(order: Int32Array, values: Float64Array): boolean {
  let moves = patience * order.length;
  for (let i = 1; i < order.length; i++) {
    const index = order[i]!;
    const value = values[index]!;
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
