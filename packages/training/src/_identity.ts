import { hashTensors } from "./_hashTensors.js";
import type { RunPlan } from "./_planRun.js";

/** A value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Everything that decides which numbers a run gives, as JSON; the number of epochs may grow and is not part of it. */
export type Identity = { readonly [key: string]: Json };

/** Updates at which schedules are compared: 0, 1, 2, 4, … 2²⁰. */
export const sampledSteps: readonly number[] = [0, ...Array.from({ length: 21 }, (_, i) => 2 ** i)];

/** Describes a run so that another call can be compared with it. */
export async function identityOf(plan: RunPlan): Promise<Identity> {
  const { model, train, scoring, schedule } = plan;
  return {
    parameters: Object.fromEntries([...model.parameters].map(([name, { shape }]) => [name, shape])),
    imageShape: model.imageShape,
    imageDType: model.imageDType ?? "float32",
    findings: train.findings,
    numTrainImages: train.numImages,
    numValidationImages: scoring?.source.numImages ?? null,
    seed: plan.seed ?? null,
    batchSize: plan.batchSize,
    learningRate: Object.fromEntries(sampledSteps.map((step) => [`at step ${step}`, schedule(step)])),
    weightDecay: plan.weightDecay,
    sparedFromDecay: [...plan.spared],
    betas: plan.betas,
    epsilon: plan.epsilon,
    maxGradientNorm: plan.maxGradientNorm ?? null,
    monitor: plan.monitor ?? null,
    hashOfFirstParameters: await hashTensors(model.parameters),
    ...departures(plan),
    ...plan.objective.identity,
  };
}

/** Options that are named only where they are not the default, so that runs from before they existed go on. */
function departures(plan: RunPlan): Identity {
  const { optimizer, momentum, nesterov, accumulate, maxGradientValue, ema, joins, validateEvery } = plan;
  const frozen = [...plan.model.parameters.keys()].filter((name) => !plan.trainable.includes(name));
  const scaled = [...plan.learningRateScale].filter(([, scale]) => scale !== 1);
  const everyEpoch = "epochs" in validateEvery && validateEvery.epochs === 1;
  return {
    ...(optimizer === "adamw" ? {} : { optimizer, momentum, nesterov }),
    ...(accumulate === 1 ? {} : { accumulate }),
    ...(maxGradientValue === undefined ? {} : { maxGradientValue }),
    ...(ema === undefined ? {} : { ema: { ...ema } }),
    ...(frozen.length === 0 ? {} : { frozen }),
    ...(scaled.length === 0 ? {} : { learningRateScale: Object.fromEntries(scaled) }),
    ...(joins.size === 0 ? {} : { unfreeze: Object.fromEntries(joins) }),
    ...(plan.onNonFinite === "stop" ? {} : { onNonFinite: plan.onNonFinite }),
    ...(plan.precision === "float32" ? {} : { precision: plan.precision }),
    ...(plan.lossScaling === undefined ? {} : { lossScaling: { ...plan.lossScaling } }),
    ...(everyEpoch ? {} : { validateEvery: { ...validateEvery } }),
  };
}

/** Rejects a run that differs from the one a folder holds, naming the first difference. */
export function requireSameIdentity(
  caller: string,
  folder: string,
  stored: Identity,
  wanted: Identity,
): void {
  const found = firstDifference("", stored, wanted);
  if (found === undefined) return;
  const [path, before, now] = found;
  throw new RangeError(
    `${caller}: ${path} must be ${show(before)} as in the run that ${folder} holds, got ${show(now)}; go on with the old value or choose another folder`,
  );
}

type Difference = readonly [path: string, before: Json | undefined, now: Json | undefined];

function firstDifference(
  path: string,
  before: Json | undefined,
  now: Json | undefined,
): Difference | undefined {
  if (isBranch(before) && isBranch(now)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const inner = Array.isArray(before) ? `${path}[${key}]` : path === "" ? key : `${path} ${key}`;
      const found = firstDifference(inner, before[key], now[key]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return same(before, now) ? undefined : [path, before, now];
}

function isBranch(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null;
}

/** Schedules may use functions such as the cosine, whose last digit differs between machines. */
function same(before: Json | undefined, now: Json | undefined): boolean {
  if (typeof before !== "number" || typeof now !== "number") return before === now;
  return Math.abs(before - now) <= 1e-12 * Math.abs(before);
}

function show(value: Json | undefined): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}
