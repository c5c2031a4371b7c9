import { requireLengths } from "./_scheduleLengths.js";
import type { Schedule } from "./Schedule.js";

/** Options of {@link linearSchedule}. */
export interface LinearScheduleOptions {
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
 * Schedule that rises linearly and then falls linearly.
 *
 * For t < W, η(t) = peak·(t + 1)/(W + 1); for W ≤ t < T, η(t) = peak + (final − peak)(t − W)/(T − W); from T on,
 * η(t) = final.
 *
 * @param options - Rates and lengths.
 * @returns The schedule.
 * @throws RangeError if an option is out of range.
 * @see PyTorch, `LinearLR` from 1/(W + 1) followed by `LinearLR` from 1 to final/peak.
 * @example
 * {@includeCode ../example/schedules.example.ts#linear}
 */
export function linearSchedule({
  peak,
  numSteps,
  numWarmUpSteps = 0,
  final = 0,
}: LinearScheduleOptions): Schedule {
  requireLengths("linearSchedule", { peak, numSteps, numWarmUpSteps, final });
  return (step) => {
    if (step < numWarmUpSteps) return (peak * (step + 1)) / (numWarmUpSteps + 1);
    if (step >= numSteps) return final;
    return peak + ((final - peak) * (step - numWarmUpSteps)) / (numSteps - numWarmUpSteps);
  };
}
