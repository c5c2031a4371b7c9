import type * as tf from "@tensorflow/tfjs-core";
import { dropPathTaps } from "./_dropPath.js";
import { encode } from "./_encode.js";
import { numPatches } from "./_grid.js";
import { blockOf } from "./_recomputedBlock.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";
import type { VitOptions } from "./VitOptions.js";

/** {@link encode} under the options of a caller. */
export function encodeUnder(
  where: string,
  parameters: TensorRecord,
  images: tf.Tensor4D,
  config: VitConfig,
  options: VitOptions,
  everyToken = false,
): tf.Tensor {
  const [batch] = images.shape;
  const { maskedPatches } = options;
  if (maskedPatches !== undefined) requireMask(where, maskedPatches, batch, config);
  const taps = dropPathTaps(where, options, batch, config);
  return encode(parameters, images, config, taps, { runBlock: blockOf(options), maskedPatches, everyToken });
}

function requireMask(where: string, { shape }: tf.Tensor2D, batch: number, config: VitConfig): void {
  if (config.maskToken !== true)
    throw new RangeError(
      `${where}: config.maskToken must be true where maskedPatches is given, got ${config.maskToken}`,
    );
  const patches = numPatches(config);
  if (shape.length !== 2 || shape[0] !== batch || shape[1] !== patches)
    throw new RangeError(
      `${where}: maskedPatches must have shape [${batch}, ${patches}], a row an image and a column a patch, got [${shape.join(", ")}]`,
    );
}
