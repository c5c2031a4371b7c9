import { dtypes } from "./_dtypes.js";
import type { NamedArray, WeightData, WeightDType } from "./NamedArray.js";

/** Zeros of an element type. */
export function zerosOf(dtype: WeightDType, length: number): WeightData {
  return dtypes[dtype].array(new ArrayBuffer(length * dtypes[dtype].bytes));
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of a tensor, as they lie in memory. */
export function bytesOf({ data }: NamedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** One array after the other. */
export function concatenate(arrays: readonly NamedArray[], shape: readonly number[]): NamedArray {
  const { dtype } = arrays[0] as NamedArray;
  const data = zerosOf(dtype, sizeOf(shape));
  const bytes = bytesOf({ dtype, shape, data });
  let position = 0;
  for (const array of arrays) {
    bytes.set(bytesOf(array), position);
    position += array.data.byteLength;
  }
  return { dtype, shape, data };
}

/** Some consecutive elements, in the memory of the array. */
export function slice(array: NamedArray, begin: number, shape: readonly number[]): NamedArray {
  return { dtype: array.dtype, shape, data: array.data.subarray(begin, begin + sizeOf(shape)) };
}

const tile = 32;

/**
 * The array `[a, b, c]` as `[c, b, a]`, in squares that stay in the cache. Elements are moved as words of their width,
 * so that no float is touched; those of eight bytes are two words.
 */
export function reverseAxes(
  array: NamedArray,
  [a, b, c]: readonly [number, number, number],
  shape: readonly number[],
): NamedArray {
  const { dtype } = array;
  const data = zerosOf(dtype, a * b * c);
  const { bytes } = dtypes[dtype];
  const [from, to] = [wordsOf(array.data, bytes), wordsOf(data, bytes)];
  const move = bytes === 8 ? movePairs : moveWords;
  for (let j = 0; j < b; j++) {
    for (let row = 0; row < a; row += tile) {
      const rows = Math.min(tile, a - row);
      for (let column = 0; column < c; column += tile) {
        const columns = Math.min(tile, c - column);
        move(from, (row * b + j) * c + column, b * c, to, (column * b + j) * a + row, a * b, rows, columns);
      }
    }
  }
  return { dtype, shape, data };
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/** One square: `start` is its first element, `step` the distance of its rows, there and here. */
function moveWords(
  from: Words,
  fromStart: number,
  fromStep: number,
  to: Words,
  toStart: number,
  toStep: number,
  rows: number,
  columns: number,
): void {
  for (let k = 0; k < columns; k++) {
    const target = toStart + k * toStep;
    let source = fromStart + k;
    for (let i = 0; i < rows; i++, source += fromStep) to[target + i] = from[source] as number;
  }
}

const movePairs: typeof moveWords = (from, fromStart, fromStep, to, toStart, toStep, rows, columns) => {
  for (let k = 0; k < columns; k++) {
    const target = 2 * (toStart + k * toStep);
    let source = 2 * (fromStart + k);
    for (let i = 0; i < 2 * rows; i += 2, source += 2 * fromStep) {
      to[target + i] = from[source] as number;
      to[target + i + 1] = from[source + 1] as number;
    }
  }
};

function wordsOf(data: WeightData, bytes: number): Words {
  const { buffer, byteOffset, byteLength } = data;
  if (bytes === 1) return new Uint8Array(buffer, byteOffset, byteLength);
  if (bytes === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}
