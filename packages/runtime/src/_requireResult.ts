import { Tensor } from "@tensorflow/tfjs-core";
import { requireStateEntries } from "./_check.js";
import type { StepResult } from "./Runtime.js";

/** Refuses what a step may not return: entries that were not declared, other shapes or types, things that are not tensors. */
export function requireResult(
  declared: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>,
  result: StepResult,
): void {
  if (typeof result?.outputs !== "object") {
    throw new TypeError(`compile: step must return { state, outputs }, got ${String(result)}`);
  }
  for (const [name, tensor] of [...Object.entries(result.state ?? {}), ...Object.entries(result.outputs)]) {
    if (!(tensor instanceof Tensor))
      throw new TypeError(`compile: "${name}" returned by step must be a tensor, got ${typeof tensor}`);
  }
  for (const [name, { dtype }] of Object.entries(result.outputs)) {
    if (dtype !== "float32" && dtype !== "int32") {
      throw new RangeError(
        `compile: output "${name}" must be float32 or int32, got ${dtype}; cast it in the step`,
      );
    }
  }
  requireStateEntries("compile", declared, Object.entries(result.state ?? {}));
}
