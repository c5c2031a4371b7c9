import type { NamedArray } from "@cxrkit/runtime";
import type { Tensor, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { RandomInput, RandomTensors } from "./RandomInput.js";

/** What {@link fit} and {@link predict} need to know of a model: a pure function and the values it starts from. */
export interface TrainableModel {
  /** Parameters by name, all float32. They are read, never changed. */
  readonly parameters: ReadonlyMap<string, NamedArray>;
  /** Height, width and number of channels of one image. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /**
   * Type of the pixels in a batch. `uint8` ones cross to the engine as they are and reach `logits` as float32 of 0 to
   * 255, to be normalised there. @defaultValue `"float32"`
   */
  readonly imageDType?: "float32" | "uint8";
  /** Number of findings K. */
  readonly numClasses: number;
  /**
   * The model as a pure function: parameters by name and images `[B, H, W, C]` to logits `[B, K]`. A parameter that it
   * does not use gets no gradient and stays as it is.
   */
  readonly logits: (
    parameters: Readonly<Record<string, Tensor>>,
    images: Tensor4D,
    random?: RandomTensors,
  ) => Tensor2D;
  /**
   * What is drawn anew for each batch of a training, by name, such as the factors of stochastic depth. They are the
   * third argument of `logits` there, which is undefined where images are only scored. @defaultValue none
   */
  readonly randomInputs?: Readonly<Record<string, RandomInput>>;
}
