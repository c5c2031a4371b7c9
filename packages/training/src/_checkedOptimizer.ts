import { requireAtLeast, requireBelowOne, requirePositive } from "./_check.js";
import { checkedChoice } from "./_checkedChoice.js";
import type { RunPlan } from "./_planRun.js";
import type { RunOptions } from "./RunOptions.js";

type OptimizerPlan = Pick<
  RunPlan,
  "optimizer" | "weightDecay" | "betas" | "epsilon" | "momentum" | "nesterov"
>;

/** The options of the optimiser, checked and filled in. */
export function checkedOptimizer(caller: string, options: RunOptions): OptimizerPlan {
  const given = (["betas", "epsilon"] as const).find((key) => options[key] !== undefined);
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, momentum = 0, nesterov = false } = options;
  const optimizer = checkedChoice(caller, "optimizer", options.optimizer ?? "adamw", [
    "adamw",
    "adam",
    "sgd",
  ]);
  requireAtLeast(caller, "weightDecay", weightDecay, 0);
  requireBelowOne(caller, "betas[0]", betas[0]);
  requireBelowOne(caller, "betas[1]", betas[1]);
  requirePositive(caller, "epsilon", epsilon);
  requireBelowOne(caller, "momentum", momentum);
  if (optimizer !== "sgd" && (momentum !== 0 || nesterov))
    throw new RangeError(
      `${caller}: optimizer must be "sgd" when momentum or nesterov is given, got ${optimizer}`,
    );
  if (optimizer === "sgd" && given !== undefined)
    throw new RangeError(`${caller}: optimizer must be "adamw" or "adam" when ${given} is given, got sgd`);
  if (nesterov && momentum === 0)
    throw new RangeError(`${caller}: momentum must be above 0 when nesterov is true, got 0`);
  return { optimizer, weightDecay, betas, epsilon, momentum, nesterov };
}
