/** Element types of a tensor in a checkpoint. */
export type WeightDType =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint64"
  | "uint32"
  | "uint16"
  | "uint8"
  | "bool";

/** Elements of a tensor. Half-precision floats are raw bits in a Uint16Array, booleans 0 or 1 in a Uint8Array. */
export type WeightData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** A tensor of a checkpoint. */
export interface NamedArray {
  /** Element type. */
  readonly dtype: WeightDType;
  /** Size of each axis; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** Row-major elements, as many as the product of `shape`. */
  readonly data: WeightData;
}
