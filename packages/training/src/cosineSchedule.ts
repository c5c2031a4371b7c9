import { requireAtLeast, requireInteger } from "./_check.js";
import type { Schedule } from "./Schedule.js";

/** Options of {@link cosineSchedule}. */
export interface CosineScheduleOptions {
  /** Highest learning rate, finite and at least 0. */
  readonly peak: number;
  /** Number of updates T until the lowest rate is reached, warm-up included; an integer of at least 1. */
  readonly numSteps: number;
  /** Number of updates W of linear warm-up, an integer from 0 to below `numSteps`. @defaultValue `0` */
  readonly numWarmUpSteps?: number;
  /** Learning rate from update T on, finite and at least 0. @defaultValue `0` */
  readonly final?: number;
}

/**
 * Schedule that rises linearly and then falls along half a cosine.
 *
 * For t < W, η(t) = peak·(t + 1)/(W + 1); for W ≤ t < T, η(t) = final + ½(peak − final)(1 + cos(π(t − W)/(T − W)));
 * from T on, η(t) = final. The first update is not wasted on a rate of 0, and the peak is reached at t = W.
 *
 * @param options - Rates and lengths.
 * @returns The schedule.
 * @throws RangeError if an option is out of range.
 * @see Loshchilov & Hutter (2017), SGDR, equation 5 without restarts; PyTorch, `LinearLR` from 1/(W + 1) followed by
 * `CosineAnnealingLR`.
 * @example
 * {@includeCode ../example/schedules.example.ts#cosine}
 */
export function cosineSchedule({
  peak,
  numSteps,
  numWarmUpSteps = 0,
  final = 0,
}: CosineScheduleOptions): Schedule {
  requireAtLeast("cosineSchedule", "peak", peak, 0);
  requireInteger("cosineSchedule", "numSteps", numSteps, 1);
  requireInteger("cosineSchedule", "numWarmUpSteps", numWarmUpSteps, 0);
  requireAtLeast("cosineSchedule", "final", final, 0);
  if (numWarmUpSteps >= numSteps)
    throw new RangeError(
      `cosineSchedule: numWarmUpSteps must be below numSteps (${numSteps}), got ${numWarmUpSteps}`,
    );
  return (step) => {
    if (step < numWarmUpSteps) return (peak * (step + 1)) / (numWarmUpSteps + 1);
    if (step >= numSteps) return final;
    const progress = (step - numWarmUpSteps) / (numSteps - numWarmUpSteps);
    return final + 0.5 * (peak - final) * (1 + Math.cos(Math.PI * progress));
  };
}
