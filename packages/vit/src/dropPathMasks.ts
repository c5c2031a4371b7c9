import { requireConfig, requireInteger } from "./_check.js";
import type { VitConfig } from "./VitConfig.js";

/** Options of {@link dropPathMasks}. */
export interface DropPathMasksOptions {
  /** Probability that a branch of the last block is dropped, in [0, 1); it grows linearly from 0 at the first block. */
  readonly rate: number;
  /** Uniform source on [0, 1); one number is drawn for each branch and image, in the order of the result. */
  readonly random: () => number;
}

/**
 * Draws the factors of stochastic depth for one batch: 0 for a branch that is dropped, 1/(1 − p) for one that stays,
 * so that its expectation is 1. In block i of L the probability is p = rate·i/(L − 1).
 *
 * The numbers are an input of the step, so a compiled step drops other branches each time it runs.
 *
 * @param config - Shape of the model.
 * @param batchSize - Number of images B, an integer of at least 1.
 * @param options - Rate and random source.
 * @returns Factors `[2L, B]`, row-major: attention of block 0, MLP of block 0, attention of block 1, …
 * @throws RangeError if the configuration describes no network, or a number is out of range.
 * @see Huang et al. (2016), Deep networks with stochastic depth, equation 4; Touvron et al. (2021), DeiT, table 9; timm's
 * `drop_path_rate`.
 * @example
 * {@includeCode ../example/training.example.ts#dropPath}
 */
export function dropPathMasks(
  config: VitConfig,
  batchSize: number,
  { rate, random }: DropPathMasksOptions,
): Float32Array {
  requireConfig("dropPathMasks", config);
  requireInteger("dropPathMasks", "batchSize", batchSize, 1);
  if (!(rate >= 0 && rate < 1))
    throw new RangeError(`dropPathMasks: rate must be at least 0 and below 1, got ${rate}`);
  const { depth } = config;
  return Float32Array.from({ length: 2 * depth * batchSize }, (_, i) => {
    const block = Math.floor(i / (2 * batchSize));
    const kept = 1 - (depth === 1 ? 0 : (rate * block) / (depth - 1));
    return random() < kept ? 1 / kept : 0;
  });
}
