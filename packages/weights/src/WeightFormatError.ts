/** Which rule of the format a file breaks. */
export type WeightFormatCode = "header" | "offset" | "dtype" | "shape" | "missing";

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
