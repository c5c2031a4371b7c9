import { parameterShapes } from "./parameterShapes.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * Number of numbers in a model's parameters, head included.
 *
 * DINOv2's checkpoints hold `width` more, the mask token of their pretraining, which the forward pass does not use.
 *
 * @param config - Shape of the model.
 * @returns The count.
 * @throws RangeError if the configuration describes no network.
 * @example
 * {@includeCode ../example/parameters.example.ts#count}
 */
export function numParameters(config: VitConfig): number {
  let count = 0;
  for (const shape of parameterShapes(config).values())
    count += shape.reduce((product, size) => product * size, 1);
  return count;
}
