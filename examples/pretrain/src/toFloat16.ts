import type { NamedArray } from "@cxrkit/runtime";
import type { NamedArray as StoredArray } from "@cxrkit/weights";

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The nearest half-precision number, as its bits; ties go to the even one, what is too large to infinity (IEEE 754). */
function halfOf(value: number): number {
  float[0] = value;
  const word = bits[0] as number;
  const sign = (word >>> 16) & 0x8000;
  const size = word & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  // Below 2⁻¹⁴ the steps are all 2⁻²⁴.
  if (size < 0x38800000) {
    const steps = Math.abs(float[0] as number) * 2 ** 24;
    const below = Math.floor(steps);
    const rest = steps - below;
    return sign | (below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0));
  }
  const even = size + 0xfff + ((size >>> 13) & 1);
  return sign | ((even - 0x38000000) >>> 13);
}

/** Float32 arrays as half-precision ones, half as large in a file. */
export function toFloat16(arrays: ReadonlyMap<string, NamedArray>): Map<string, StoredArray> {
  return new Map(
    [...arrays].map(([name, { shape, data }]) => [
      name,
      { dtype: "float16", shape, data: Uint16Array.from(data, halfOf) },
    ]),
  );
}
