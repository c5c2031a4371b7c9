import * as tf from "@tensorflow/tfjs-core";
import { type BlockTaps, block } from "./_block.js";
import { requireConfig } from "./_check.js";
import { embed } from "./_embed.js";
import { toGrid } from "./_grid.js";
import { requireParameters } from "./_requireParameters.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/** How the blocks are run. */
export interface EncodeOptions {
  /** What runs one of them. */
  readonly runBlock?: typeof block;
  /** Patches that are hidden, `[B, N]`. */
  readonly maskedPatches?: tf.Tensor2D | undefined;
  /** Whether the rows of all tokens are wanted, whatever the head sees. */
  readonly everyToken?: boolean;
}

/** Validates what a forward pass is given; `needsHead` says whether it goes on to the logits. */
export function requireInputs(
  where: string,
  parameters: TensorRecord,
  images: tf.Tensor4D,
  config: VitConfig,
  needsHead: boolean,
): void {
  requireConfig(where, config);
  requireImages(where, images, config);
  requireParameters(where, parameters, config, needsHead);
}

/**
 * Embedding and all blocks: images `[B, H, W, C]` to rows `[B·N, D]`, before the last layer normalisation; to the class
 * tokens' rows `[B, D]` where the head sees no others, nobody wants them and nothing looks into the last block.
 */
export function encode(
  parameters: TensorRecord,
  images: tf.Tensor4D,
  config: VitConfig,
  tapsOf: (block: number) => BlockTaps,
  { runBlock = block, maskedPatches, everyToken = false }: EncodeOptions = {},
): tf.Tensor {
  const tokens = embed(parameters, images, config, maskedPatches);
  const [batch, numTokens, width] = tokens.shape;
  let rows: tf.Tensor = tf.reshape(tokens, [batch * numTokens, width]);
  for (let i = 0; i < config.depth; i++) {
    const taps = tapsOf(i);
    const isSeen = taps.attention !== undefined || taps.normalised !== undefined;
    const onlyClass = i === config.depth - 1 && config.pooling === "cls" && !isSeen && !everyToken;
    rows = runBlock(parameters, `blocks.${i}`, rows, batch, config, taps, onlyClass);
  }
  return rows;
}

function requireImages(where: string, images: tf.Tensor4D, { imageSize, channels }: VitConfig): void {
  const { shape } = images;
  const [height, width] = toGrid(imageSize);
  if (shape.length !== 4 || shape[1] !== height || shape[2] !== width || shape[3] !== channels) {
    throw new RangeError(
      `${where}: images must have shape [B, ${height}, ${width}, ${channels}], got [${shape.join(", ")}]`,
    );
  }
}
