import { requireInteger } from "./_check.js";
import type { EveryEpochs, EverySteps } from "./RunOptions.js";

/** A length in one of the two units. */
export type Every = { readonly epochs: number } | { readonly steps: number };

/** The length, if it has exactly one unit. */
export function checkedEvery(caller: string, subject: string, length: EveryEpochs | EverySteps): Every {
  const { epochs, steps } = length;
  if ((epochs === undefined) === (steps === undefined))
    throw new RangeError(
      `${caller}: ${subject} must have either epochs or steps, got ${epochs === undefined ? "neither" : "both"}`,
    );
  if (epochs === undefined) {
    requireInteger(caller, `${subject}.steps`, steps as number, 1);
    return { steps: steps as number };
  }
  requireInteger(caller, `${subject}.epochs`, epochs, 1);
  return { epochs };
}
