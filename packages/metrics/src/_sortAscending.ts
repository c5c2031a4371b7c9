const RADIX = 0x800;
/** Where each of three digits of 11, 11 and 10 bits begins in the word of sign, exponent and leading mantissa. */
const SHIFTS = [0, 11, 22] as const;
/** Which word of a number that one is: the second where the machine is little-endian. */
const HIGH_WORD = new Uint8Array(Uint16Array.of(1).buffer)[0] as number;
/** Below this many numbers the native sort is faster. */
const FEW = 1500;
/** Moves per number that the last step may take before the native sort takes over. */
const PATIENCE = 8;

/**
 * Sorts finite numbers, −0 beside 0 in any order. Many are sorted by the radix of their higher 32 bits, in linear time;
 * what still lies in the wrong order agrees to one part in 10⁶ and is put right by insertion. The array, which must have
 * its buffer to itself, is overwritten; the result may be another.
 */
export function sortAscending(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  if (values.length < FEW) return values.sort();
  const counts = countDigits(values);
  let from = values;
  let to = new Float64Array(values.length);
  for (const [digit, shift] of SHIFTS.entries()) {
    const places = counts.subarray(digit * RADIX, (digit + 1) * RADIX);
    if (places.includes(values.length)) continue;
    let place = 0;
    for (let i = 0; i < RADIX; i++) {
      const count = places[i] as number;
      places[i] = place;
      place += count;
    }
    scatter(from, to, shift, places);
    [from, to] = [to, from];
  }
  return insertionSort(putNegativesFirst(from, to));
}

/** How often each value of each digit occurs. */
function countDigits(values: Float64Array<ArrayBuffer>): Uint32Array {
  const words = new Uint32Array(values.buffer);
  const counts = new Uint32Array(SHIFTS.length * RADIX);
  for (let i = HIGH_WORD; i < words.length; i += 2) {
    const word = words[i] as number;
    counts[word & 0x7ff]!++;
    counts[RADIX + ((word >>> 11) & 0x7ff)]!++;
    counts[2 * RADIX + (word >>> 22)]!++;
  }
  return counts;
}

/** Moves each number to the next free place of its digit. */
function scatter(
  from: Float64Array<ArrayBuffer>,
  to: Float64Array,
  shift: number,
  places: Uint32Array,
): void {
  const words = new Uint32Array(from.buffer);
  for (let i = 0, w = HIGH_WORD; i < from.length; i++, w += 2) {
    to[places[((words[w] as number) >>> shift) & 0x7ff]!++] = from[i] as number;
  }
}

/** Bits put negative numbers last and in descending order; this turns them round. */
function putNegativesFirst(
  values: Float64Array<ArrayBuffer>,
  spare: Float64Array<ArrayBuffer>,
): Float64Array<ArrayBuffer> {
  const isNegative = (value: number) => value < 0 || Object.is(value, -0);
  if (!isNegative(values.at(-1) as number)) return values;
  const first = values.findIndex(isNegative);
  spare.set(values.subarray(first).reverse());
  spare.set(values.subarray(0, first), values.length - first);
  return spare;
}

/** Linear where hardly a number is out of place; where too many are, the native sort has the last word. */
function insertionSort(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  let moves = PATIENCE * values.length;
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as number;
    let j = i;
    while (j > 0 && (values[j - 1] as number) > value) {
      values[j] = values[--j] as number;
    }
    values[j] = value;
    moves -= i - j;
    if (moves < 0) return values.sort();
  }
  return values;
}
