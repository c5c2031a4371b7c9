/** Numbers in rows and columns, outside the engine. */
export interface Matrix {
  /** Elements in row-major order, as many as `rows`·`columns`. */
  readonly data: ArrayLike<number>;
  /** Number of rows, one an image. */
  readonly rows: number;
  /** Number of columns: components of a feature vector, or findings. */
  readonly columns: number;
}
