import type { WeightData, WeightDType } from "./NamedArray.js";

interface DTypeFacts {
  /** Name in a safetensors header. */
  readonly code: string;
  readonly bytes: number;
  readonly array: (buffer: ArrayBuffer) => WeightData;
}

/** Facts of each element type, the widest first, which is the order of tensors in a file. */
export const dtypes: Readonly<Record<WeightDType, DTypeFacts>> = {
  uint64: { code: "U64", bytes: 8, array: (buffer) => new BigUint64Array(buffer) },
  int64: { code: "I64", bytes: 8, array: (buffer) => new BigInt64Array(buffer) },
  float64: { code: "F64", bytes: 8, array: (buffer) => new Float64Array(buffer) },
  float32: { code: "F32", bytes: 4, array: (buffer) => new Float32Array(buffer) },
  uint32: { code: "U32", bytes: 4, array: (buffer) => new Uint32Array(buffer) },
  int32: { code: "I32", bytes: 4, array: (buffer) => new Int32Array(buffer) },
  bfloat16: { code: "BF16", bytes: 2, array: (buffer) => new Uint16Array(buffer) },
  float16: { code: "F16", bytes: 2, array: (buffer) => new Uint16Array(buffer) },
  uint16: { code: "U16", bytes: 2, array: (buffer) => new Uint16Array(buffer) },
  int16: { code: "I16", bytes: 2, array: (buffer) => new Int16Array(buffer) },
  int8: { code: "I8", bytes: 1, array: (buffer) => new Int8Array(buffer) },
  uint8: { code: "U8", bytes: 1, array: (buffer) => new Uint8Array(buffer) },
  bool: { code: "BOOL", bytes: 1, array: (buffer) => new Uint8Array(buffer) },
};

const names = Object.keys(dtypes) as WeightDType[];
const byCode = new Map(names.map((name) => [dtypes[name].code, name]));

/** Our name for the name in a header; undefined when it is none that we read. */
export function dtypeOf(code: string): WeightDType | undefined {
  return byCode.get(code);
}

/** Place of an element type in the order of tensors in a file. */
export function rankOf(dtype: WeightDType): number {
  return names.indexOf(dtype);
}
