/**
 * Which rule of the format a file breaks: `header` (table of contents, or another format), `offset` (bytes that are not
 * there), `dtype`, `shape`, `missing` and `unexpected` (names), `archive` (zip, checksum), `pickle` (broken, or asks for
 * more than data), `budget` (larger than the reader was allowed to take).
 */
export type WeightFormatCode =
  | "header"
  | "offset"
  | "dtype"
  | "shape"
  | "missing"
  | "unexpected"
  | "archive"
  | "pickle"
  | "budget";

/** A checkpoint that breaks its format; `code` says which rule, `tensor` which tensor, if it is about one. */
export class WeightFormatError extends Error {
  /** Rule that is broken. */
  readonly code: WeightFormatCode;
  /** Name of the tensor concerned. */
  readonly tensor: string | undefined;

  /**
   * @param code - Rule that is broken.
   * @param message - What, where, the rule and the value.
   * @param options - Tensor concerned and cause.
   */
  constructor(
    code: WeightFormatCode,
    message: string,
    options: { readonly tensor?: string; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "WeightFormatError";
    this.code = code;
    this.tensor = options.tensor;
  }
}
