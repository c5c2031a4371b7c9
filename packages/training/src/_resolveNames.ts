import { rateScaleOf } from "./_adamUpdate.js";
import type { RunPlan } from "./_planRun.js";
import type { FitOptions } from "./FitOptions.js";
import { sparedFromDecay } from "./sparedFromDecay.js";
import type { TrainableModel } from "./TrainableModel.js";

/** Asks the options that speak of parameters by name once for each parameter. */
export function resolveNames(
  { parameters }: TrainableModel,
  { spared = sparedFromDecay, freeze, learningRateScale }: FitOptions,
): Pick<RunPlan, "spared" | "trainable" | "learningRateScale"> {
  const names = [...parameters.keys()];
  const frozen = isFrozen(freeze);
  const trainable = names.filter((name) => !frozen(name));
  if (trainable.length === 0)
    throw new RangeError(
      `fit: freeze must leave at least one parameter to train, got all ${names.length} frozen`,
    );
  return {
    spared: new Set([...parameters].filter(([name, { shape }]) => spared(name, shape)).map(([name]) => name)),
    trainable,
    learningRateScale: new Map(trainable.map((name) => [name, rateScaleOf("fit", learningRateScale, name)])),
  };
}

function isFrozen(freeze: FitOptions["freeze"]): (name: string) => boolean {
  if (freeze === undefined) return () => false;
  if (typeof freeze === "function") return freeze;
  // search, unlike test, does not remember where a pattern with the flag g ended.
  return (name) => freeze.some((pattern) => name.search(pattern) !== -1);
}
