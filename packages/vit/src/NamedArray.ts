/** A parameter outside the engine: shape and row-major elements. */
export interface NamedArray {
  /** Element type. */
  readonly dtype: "float32";
  /** Size of each axis. */
  readonly shape: readonly number[];
  /** Row-major elements, as many as the product of `shape`. */
  readonly data: Float32Array;
}
