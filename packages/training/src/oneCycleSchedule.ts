import { requireAtLeast, requireInteger, requirePositive } from "./_check.js";
import type { Schedule } from "./Schedule.js";

/** Options of {@link oneCycleSchedule}. */
export interface OneCycleScheduleOptions {
  /** Highest learning rate, finite and at least 0. */
  readonly peak: number;
  /** Number of updates T of the whole cycle, an integer of at least 2. */
  readonly numSteps: number;
  /** Share s of the updates until the peak, in (0, 1), with s·T above 1. @defaultValue `0.3` */
  readonly warmUpShare?: number;
  /** The cycle starts at the peak divided by this, above 0. @defaultValue `25` */
  readonly startDivisor?: number;
  /** It ends at the start divided by this, above 0. @defaultValue `1e4` */
  readonly finalDivisor?: number;
  /** Form of rise and fall. @defaultValue `"cosine"` */
  readonly anneal?: "cosine" | "linear";
}

/**
 * Schedule of one rise to a high rate and one fall to a very low one.
 *
 * With start = peak/startDivisor, final = start/finalDivisor and the peak at u = s·T − 1 (which need not be whole), the
 * rate goes from start to peak for 0 ≤ t ≤ u and from peak to final for u < t ≤ T − 1; later it stays at final.
 *
 * @param options - Rates, lengths and form.
 * @returns The schedule.
 * @throws RangeError if an option is out of range.
 * @see Smith & Topin (2018), Super-Convergence; PyTorch, `OneCycleLR` with its two phases.
 * @example
 * {@includeCode ../example/schedules.example.ts#oneCycle}
 */
export function oneCycleSchedule({
  peak,
  numSteps,
  warmUpShare = 0.3,
  startDivisor = 25,
  finalDivisor = 1e4,
  anneal = "cosine",
}: OneCycleScheduleOptions): Schedule {
  requireAtLeast("oneCycleSchedule", "peak", peak, 0);
  requireInteger("oneCycleSchedule", "numSteps", numSteps, 2);
  requirePositive("oneCycleSchedule", "startDivisor", startDivisor);
  requirePositive("oneCycleSchedule", "finalDivisor", finalDivisor);
  if (!(warmUpShare < 1 && warmUpShare * numSteps > 1))
    throw new RangeError(
      `oneCycleSchedule: warmUpShare must be above 1/numSteps (${1 / numSteps}) and below 1, got ${warmUpShare}`,
    );
  const start = peak / startDivisor;
  const final = start / finalDivisor;
  const top = warmUpShare * numSteps - 1;
  const last = numSteps - 1;
  const between = anneal === "cosine" ? cosineBetween : linearBetween;
  return (step) => {
    if (step <= top) return between(start, peak, step / top);
    return step >= last ? final : between(peak, final, (step - top) / (last - top));
  };
}

function cosineBetween(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
}

function linearBetween(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
