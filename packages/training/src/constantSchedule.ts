import { requireAtLeast } from "./_check.js";
import type { Schedule } from "./Schedule.js";

/**
 * Schedule of one learning rate for all updates: η(t) = η.
 *
 * @param learningRate - Learning rate η, finite and at least 0.
 * @returns The schedule.
 * @throws RangeError if `learningRate` is negative or not finite.
 * @see The study's own choice: section 6 of its protocol, 1e-5 for a ViT-B.
 * @example
 * {@includeCode ../example/schedules.example.ts#constant}
 */
export function constantSchedule(learningRate: number): Schedule {
  requireAtLeast("constantSchedule", "learningRate", learningRate, 0);
  return () => learningRate;
}
