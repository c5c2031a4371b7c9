import { requireInteger, requirePositive } from "./_check.js";
import type { RunOptions } from "./RunOptions.js";

/** How the loss of a run is scaled. */
export interface LossScaling {
  readonly initial: number;
  readonly growthInterval: number;
}

/** By how much the loss is multiplied, and since when. */
export interface LossScale {
  /** Factor on the loss. */
  readonly scale: number;
  /** Number of finite updates made with this factor. */
  readonly numFinite: number;
}

/** The options of loss scaling filled in; undefined when the loss is not scaled. */
export function checkedLossScaling(
  caller: string,
  { precision = "float32", lossScaling = precision === "float16" }: RunOptions,
): LossScaling | undefined {
  if (lossScaling === false) return undefined;
  const { initial = 2 ** 16, growthInterval = 2000 } = lossScaling === true ? {} : lossScaling;
  requirePositive(caller, "lossScaling.initial", initial);
  requireInteger(caller, "lossScaling.growthInterval", growthInterval, 1);
  return { initial, growthInterval };
}

/** The factor of the next update: what it was, or the first one. */
export function lossScaleOf(
  scaling: LossScaling | undefined,
  before: LossScale | undefined,
): LossScale | undefined {
  return scaling === undefined ? undefined : (before ?? { scale: scaling.initial, numFinite: 0 });
}

/**
 * The factor after an update: half after one whose gradients were not finite, twice after `growthInterval` finite ones in
 * succession.
 *
 * @see https://docs.pytorch.org/docs/stable/amp.html#gradient-scaling, growth and backoff of `GradScaler`
 */
export function nextLossScale(
  scaling: LossScaling | undefined,
  before: LossScale | undefined,
  skipped: boolean,
): LossScale | undefined {
  const current = lossScaleOf(scaling, before);
  if (scaling === undefined || current === undefined) return undefined;
  if (skipped) return { scale: current.scale / 2, numFinite: 0 };
  const numFinite = current.numFinite + 1;
  return numFinite === scaling.growthInterval
    ? { scale: current.scale * 2, numFinite: 0 }
    : { scale: current.scale, numFinite };
}
