import type { NamedArray } from "@cxrkit/runtime";
import type { TrainableModel } from "@cxrkit/training";
import { imageShape, type VitConfig, vit } from "@cxrkit/vit";
import { div, sub, type Tensor4D, tensor1d, tile } from "@tensorflow/tfjs-core";
import type { Normalisation } from "./StudyRecord.js";

/**
 * A vision transformer as `training` wants its models. Images cross to the engine as one byte a pixel; the step divides
 * them by 255, normalises them and repeats the channel.
 *
 * @param normalisation - One number for all channels, or one a channel; null leaves the pixels in [0, 1].
 */
export function trainableVit(
  config: VitConfig,
  parameters: ReadonlyMap<string, NamedArray>,
  normalisation: Normalisation | null,
): TrainableModel {
  const [height, width, channels] = imageShape(config);
  return {
    parameters,
    imageShape: [height, width, 1],
    imageDType: "uint8",
    numClasses: config.numClasses,
    logits: (tensors, bytes) => vit(tensors, normalisedImages(bytes, channels, normalisation), config),
  };
}

/** Bytes of one channel as the model's input: in [0, 1], normalised, the channel repeated. */
export function normalisedImages(
  bytes: Tensor4D,
  channels: number,
  normalisation: Normalisation | null,
): Tensor4D {
  const grey = div<Tensor4D>(bytes, 255);
  const repeated = (images: Tensor4D) => tile(images, [1, 1, 1, channels]) as Tensor4D;
  if (normalisation === null) return repeated(grey);
  const { mean, std } = normalisation;
  // One number costs least before the channel is repeated.
  const isOneNumber = typeof mean === "number" && typeof std === "number";
  return isOneNumber ? repeated(normalise(grey, normalisation)) : normalise(repeated(grey), normalisation);
}

function normalise(images: Tensor4D, { mean, std }: Normalisation): Tensor4D {
  const value = (numbers: number | readonly number[]) =>
    typeof numbers === "number" ? numbers : tensor1d([...numbers]);
  return div(sub(images, value(mean)), value(std));
}
