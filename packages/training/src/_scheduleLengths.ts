import { requireAtLeast, requireInteger } from "./_check.js";

/** Checks what schedules that end have in common. */
export function requireLengths(
  caller: string,
  {
    peak,
    numSteps,
    numWarmUpSteps,
    final,
  }: {
    readonly peak: number;
    readonly numSteps: number;
    readonly numWarmUpSteps: number;
    readonly final: number;
  },
): void {
  requireAtLeast(caller, "peak", peak, 0);
  requireInteger(caller, "numSteps", numSteps, 1);
  requireInteger(caller, "numWarmUpSteps", numWarmUpSteps, 0);
  requireAtLeast(caller, "final", final, 0);
  if (numWarmUpSteps >= numSteps)
    throw new RangeError(
      `${caller}: numWarmUpSteps must be below numSteps (${numSteps}), got ${numWarmUpSteps}`,
    );
}
