import type { Tensor, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { TrainableModel } from "./TrainableModel.js";

/** What {@link predictFeatures} needs to know of a model. */
export interface FeatureModel extends Pick<TrainableModel, "parameters" | "imageShape" | "imageDType"> {
  /** A pure function: parameters by name and images `[B, H, W, C]` to features `[B, D]`. */
  readonly features: (parameters: Readonly<Record<string, Tensor>>, images: Tensor4D) => Tensor2D;
}
