import type { NamedArray } from "@cxrkit/runtime";
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";

/** What a model makes of images. */
export interface ImageFeatures {
  /** One vector for each image, `[B, D]`: its class token or the mean of its patches. */
  readonly image: Tensor2D;
  /** One vector for each patch, `[B, N, D]`; needed for the loss of masked patches alone. */
  readonly patches?: Tensor3D;
}

/** What {@link pretrainDino} needs to know of a model: a pure function and the values it starts from. */
export interface PretrainableModel {
  /** Parameters by name, all float32. They are read, never changed. One that `features` does not use stays as it is. */
  readonly parameters: ReadonlyMap<string, NamedArray>;
  /** Length D of the vectors. */
  readonly width: number;
  /** Side of a patch in pixels; needed for the loss of masked patches alone. */
  readonly patchSize?: number;
  /**
   * The model as a pure function: parameters by name and grey images `[B, S, S, 1]` of 0 to 255 to vectors. It must take
   * images of the sizes of the large and of the small views, as a transformer does that resamples its positions.
   * `mask` `[B, N]` is 1 where a patch is to be hidden, row by row, and is given only with the loss of masked patches.
   */
  readonly features: (
    parameters: Readonly<Record<string, Tensor>>,
    images: Tensor4D,
    mask?: Tensor2D,
  ) => ImageFeatures;
}
