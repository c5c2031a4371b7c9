import * as tf from "@tensorflow/tfjs-core";
import type { BlockTaps } from "./_block.js";
import type { VitConfig } from "./VitConfig.js";
import type { VitOptions } from "./VitOptions.js";

/** Gives each block the factors of its two branches. */
export function dropPathTaps(
  where: string,
  { dropPath }: VitOptions,
  batch: number,
  { depth }: VitConfig,
): (block: number) => BlockTaps {
  if (dropPath === undefined) return () => ({});
  const { shape } = dropPath;
  if (shape.length !== 2 || shape[0] !== 2 * depth || shape[1] !== batch) {
    throw new RangeError(
      `${where}: dropPath must have shape [${2 * depth}, ${batch}], two rows a block and a column an image, got [${shape.join(", ")}]`,
    );
  }
  const factor = (row: number) => tf.reshape(tf.slice(dropPath, [row, 0], [1, batch]), [batch, 1]);
  return (i) => ({ branches: [factor(2 * i), factor(2 * i + 1)] });
}
