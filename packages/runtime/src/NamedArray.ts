/** Element types that cross the border of a compiled step. */
export type StepDType = "float32" | "int32";

/** Element types of an input. A `uint8` input reaches the step as a float32 tensor of the values 0 to 255. */
export type InputDType = StepDType | "uint8";

/** Elements of an input, of the class that its type asks for. */
export type InputData = Float32Array | Int32Array | Uint8Array;

/** A tensor outside the engine: element type, shape and row-major data. */
export interface NamedArray {
  /** Element type. */
  readonly dtype: StepDType;
  /** Size of each axis; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** Row-major elements, as many as the product of `shape`. */
  readonly data: Float32Array | Int32Array;
}

/** Named arrays as a record or, where names come from a file, as a Map. */
export type NamedArrays = ReadonlyMap<string, NamedArray> | Readonly<Record<string, NamedArray>>;
