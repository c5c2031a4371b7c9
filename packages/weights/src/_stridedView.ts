import { dtypes } from "./_dtypes.js";
import type { WeightDType } from "./NamedArray.js";

/** A view of a storage whose elements all lie inside it. */
export interface StridedView {
  readonly dtype: WeightDType;
  readonly shape: readonly number[];
  /** Elements from one index to the next, by axis; at least 0. */
  readonly stride: readonly number[];
  /** First element. */
  readonly offset: number;
}

/** Number of elements that a view reaches over, holes included. */
export function spanOf({ shape, stride }: Pick<StridedView, "shape" | "stride">): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((span, size, axis) => span + (size - 1) * (stride[axis] as number), 1);
}

/** Whether the elements lie in row-major order without holes. */
export function isRowMajor({ shape, stride }: Pick<StridedView, "shape" | "stride">): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (size !== 1 && stride[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

/** Column-major strides, NumPy's Fortran order. */
export function fortranStride(shape: readonly number[]): number[] {
  let next = 1;
  return shape.map((size) => {
    const stride = next;
    next *= size;
    return stride;
  });
}

/** Words of at most four bytes, so that no bit of a double passes through a number of JavaScript. */
const words = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

/**
 * Copies the elements of a view into row-major order.
 *
 * @param bytes - What the view spans; its first element comes first.
 */
export function toRowMajor(bytes: Uint8Array<ArrayBuffer>, view: Omit<StridedView, "offset">): ArrayBuffer {
  const elementBytes = dtypes[view.dtype].bytes;
  const length = view.shape.reduce((product, size) => product * size, 1);
  const target = new ArrayBuffer(length * elementBytes);
  if (length === 0) return target;
  const isWide = elementBytes === 8;
  const Word = words[(isWide ? 4 : elementBytes) as 1 | 2 | 4];
  const shape = isWide ? [...view.shape, 2] : view.shape;
  const stride = isWide ? [...view.stride.map((step) => 2 * step), 1] : view.stride;
  copyAxis(new Word(bytes.buffer), new Word(target), shape, stride);
  return target;
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/** Walks over all axes but the last like an odometer, and copies the last. */
function copyAxis(source: Words, target: Words, shape: readonly number[], stride: readonly number[]): void {
  const last = shape.length - 1;
  const size = last < 0 ? 1 : (shape[last] as number);
  const step = last < 0 ? 1 : (stride[last] as number);
  const index = new Array<number>(Math.max(last, 0)).fill(0);
  let from = 0;
  for (let to = 0; to < target.length; to += size) {
    if (step === 1 && size > 32) target.set(source.subarray(from, from + size), to);
    else for (let i = 0; i < size; i++) target[to + i] = source[from + i * step] as number;
    for (let axis = last - 1; axis >= 0; axis--) {
      from += stride[axis] as number;
      const next = (index[axis] as number) + 1;
      index[axis] = next;
      if (next < (shape[axis] as number)) break;
      from -= next * (stride[axis] as number);
      index[axis] = 0;
    }
  }
}

/** Reverses the bytes of every element in place. */
export function swapBytes(buffer: ArrayBuffer, dtype: WeightDType): void {
  const { bytes } = dtypes[dtype];
  const all = Buffer.from(buffer);
  if (bytes === 2) all.swap16();
  else if (bytes === 4) all.swap32();
  else if (bytes === 8) all.swap64();
}
