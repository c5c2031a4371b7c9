import { parameterShapes } from "./parameterShapes.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * Refuses parameters that the model lacks or that have another shape: broadcasting would let some of them pass in
 * silence, and an error in the middle of a recorded forward pass would leave its tensors behind.
 */
export function requireParameters(
  where: string,
  parameters: TensorRecord,
  config: VitConfig,
  needsHead: boolean,
): void {
  for (const [name, shape] of parameterShapes(config)) {
    if (!needsHead && name.startsWith("head.")) continue;
    const tensor = parameters[name];
    if (tensor === undefined)
      throw new RangeError(`${where}: parameters must hold "${name}", got nothing under that name`);
    if (tensor.shape.length !== shape.length || !shape.every((size, axis) => size === tensor.shape[axis])) {
      throw new RangeError(
        `${where}: parameter ${name} must have shape [${shape.join(", ")}], got [${tensor.shape.join(", ")}]`,
      );
    }
  }
}
