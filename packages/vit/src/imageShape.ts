import { requireConfig } from "./_check.js";
import { toGrid } from "./_grid.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * Shape of one input image.
 *
 * @param config - Shape of the model.
 * @returns Height, width and number of channels.
 * @throws RangeError if the configuration describes no network.
 * @example
 * {@includeCode ../example/parameters.example.ts#shapes}
 */
export function imageShape(config: VitConfig): readonly [height: number, width: number, channels: number] {
  requireConfig("imageShape", config);
  const [height, width] = toGrid(config.imageSize);
  return [height, width, config.channels];
}
