import { entriesOf, requireData, requireShape, requireStateDType } from "./_check.js";
import type { NamedArray } from "./NamedArray.js";
import type { StepDefinition } from "./Runtime.js";

/** Checks a step's declaration once, and gives back its state in the order of declaration. */
export function requireDefinition({ state, inputs }: StepDefinition): ReadonlyMap<string, NamedArray> {
  const declared = new Map(entriesOf(state));
  for (const [name, array] of declared) {
    requireShape("compile", name, array.shape);
    requireStateDType("compile", name, array.dtype);
    requireData("compile", name, array, array.data);
  }
  for (const [name, { dtype, shape }] of Object.entries(inputs)) {
    requireShape("compile", name, shape);
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "uint8") {
      throw new RangeError(
        `compile: dtype of input "${name}" must be "float32", "int32" or "uint8", got "${String(dtype)}"`,
      );
    }
  }
  return declared;
}
