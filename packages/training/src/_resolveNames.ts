import { rateScaleOf } from "./_adamUpdate.js";
import { checkedEvery } from "./_every.js";
import type { RunModel, RunPlan } from "./_planRun.js";
import type { RunOptions, Unfreezing } from "./RunOptions.js";
import { sparedFromDecay } from "./sparedFromDecay.js";

/** Asks the options that speak of parameters by name once for each parameter. */
export function resolveNames(
  caller: string,
  { parameters }: RunModel,
  { spared = sparedFromDecay, freeze, unfreeze = [], learningRateScale }: RunOptions,
  stepsPerEpoch: number,
): Pick<RunPlan, "spared" | "trainable" | "joins" | "learningRateScale"> {
  const names = [...parameters.keys()];
  const frozen = freeze === undefined ? () => false : matcherOf(freeze);
  requireMet(caller, freeze, names);
  const trainable = names.filter((name) => !frozen(name));
  if (trainable.length === 0)
    throw new RangeError(
      `${caller}: freeze must leave at least one parameter to train, got all ${names.length} frozen`,
    );
  return {
    spared: new Set([...parameters].filter(([name, { shape }]) => spared(name, shape)).map(([name]) => name)),
    trainable,
    joins: joinsOf(caller, trainable, unfreeze, stepsPerEpoch),
    learningRateScale: new Map(trainable.map((name) => [name, rateScaleOf(caller, learningRateScale, name)])),
  };
}

function joinsOf(
  caller: string,
  trainable: readonly string[],
  unfreeze: readonly Unfreezing[],
  stepsPerEpoch: number,
): Map<string, number> {
  const joins = new Map<string, number>();
  for (const [i, { parameters, after }] of unfreeze.entries()) {
    const length = checkedEvery(caller, `unfreeze[${i}].after`, after);
    const matches = matcherOf(parameters);
    const own = trainable.filter((name) => !joins.has(name) && matches(name));
    if (own.length === 0)
      throw new RangeError(
        `${caller}: unfreeze[${i}].parameters must match a parameter that is neither frozen nor matched before, got none`,
      );
    for (const name of own)
      joins.set(name, "epochs" in length ? length.epochs * stepsPerEpoch : length.steps);
  }
  if (joins.size === trainable.length)
    throw new RangeError(
      `${caller}: unfreeze must leave at least one parameter to train from the first update on, got all ${joins.size} joining later`,
    );
  return joins;
}

/** Rejects a pattern that matches nothing, which is a slip of the pen. */
function requireMet(caller: string, freeze: RunOptions["freeze"], names: readonly string[]): void {
  if (typeof freeze !== "object") return;
  for (const [i, pattern] of freeze.entries())
    if (!names.some(matcherOf([pattern])))
      throw new RangeError(
        `${caller}: freeze[${i}] must match a parameter, got ${pattern}, which matches none`,
      );
}

/** Whether a name is meant by a function or by one of some patterns. */
export function matcherOf(names: NonNullable<RunOptions["freeze"]>): (name: string) => boolean {
  if (typeof names === "function") return names;
  // search, unlike test, does not remember where a pattern with the flag g ended.
  return (name) => names.some((pattern) => name.search(pattern) !== -1);
}
