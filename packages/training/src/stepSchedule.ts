import { requireAtLeast, requireInteger, requirePositive } from "./_check.js";
import type { Schedule } from "./Schedule.js";

/** Options of {@link stepSchedule}. */
export interface StepScheduleOptions {
  /** Learning rate until the first drop, finite and at least 0. */
  readonly peak: number;
  /** Updates before which the rate drops: integers of at least 1, rising; warm-up counts. */
  readonly drops: readonly number[];
  /** What a drop multiplies the rate by, above 0. @defaultValue `0.1` */
  readonly factor?: number;
  /** Number of updates W of linear warm-up, an integer of at least 0, at most the first drop. @defaultValue `0` */
  readonly numWarmUpSteps?: number;
}

/**
 * Schedule that stays on a rate and drops by a factor at given updates.
 *
 * For t < W, η(t) = peak·(t + 1)/(W + 1); from W on, η(t) = peak·factor^n, n being the number of drops up to t.
 *
 * @param options - Rate, updates and factor.
 * @returns The schedule.
 * @throws RangeError if an option is out of range.
 * @see PyTorch, `MultiStepLR`.
 * @example
 * {@includeCode ../example/schedules.example.ts#step}
 */
export function stepSchedule({
  peak,
  drops,
  factor = 0.1,
  numWarmUpSteps = 0,
}: StepScheduleOptions): Schedule {
  requireAtLeast("stepSchedule", "peak", peak, 0);
  requirePositive("stepSchedule", "factor", factor);
  requireInteger("stepSchedule", "numWarmUpSteps", numWarmUpSteps, 0);
  for (const [i, drop] of drops.entries())
    requireInteger("stepSchedule", `drops[${i}]`, drop, i === 0 ? 1 : (drops[i - 1] as number) + 1);
  if (drops.length > 0 && numWarmUpSteps > (drops[0] as number))
    throw new RangeError(
      `stepSchedule: numWarmUpSteps must be at most drops[0] (${drops[0]}), got ${numWarmUpSteps}`,
    );
  const at = [...drops];
  return (step) => {
    if (step < numWarmUpSteps) return (peak * (step + 1)) / (numWarmUpSteps + 1);
    return peak * factor ** at.filter((drop) => drop <= step).length;
  };
}
