import type { NamedArray } from "./NamedArray.js";

/**
 * Elements of a floating-point tensor as 32-bit floats: half precisions are widened exactly, doubles are rounded.
 *
 * @param array - A tensor of dtype float64, float32, float16 or bfloat16.
 * @returns Row-major elements; the tensor's own data if they are float32 already.
 * @throws RangeError if the tensor holds integers or booleans.
 * @see IEEE 754-2019, binary16.
 * @example
 * {@includeCode ../example/toFloat32.example.ts}
 */
export function toFloat32({ dtype, data }: NamedArray): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  if (dtype === "bfloat16") {
    return new Float32Array(Uint32Array.from(data as Uint16Array, (bits) => bits << 16).buffer);
  }
  if (dtype === "float16") return Float32Array.from(data as Uint16Array, widen);
  throw new RangeError(`toFloat32: dtype must be float64, float32, float16 or bfloat16, got ${dtype}`);
}

function widen(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
