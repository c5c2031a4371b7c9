import type { CompiledStep, NamedArray } from "@cxrkit/runtime";
import { joinsOf } from "./_optimizer.js";
import type { RunPlan } from "./_planRun.js";
import { readRunState } from "./_runState.js";
import { compileTrainStep } from "./_trainStep.js";

/** A step, and the run as it stands while that step is used: later parameters are frozen. */
interface TrainStep {
  readonly plan: RunPlan;
  readonly compiled: CompiledStep;
}

/** The steps of a run, of which one is ready at a time. */
export interface TrainSteps {
  /** The step for an update before which `made` others were made; it is compiled when parameters join. */
  readonly at: (made: number) => Promise<TrainStep>;
  /** Reads the state of the run. */
  readonly readState: () => Promise<Map<string, NamedArray>>;
  /** Frees the step. */
  readonly dispose: () => void;
}

/**
 * Makes {@link TrainSteps}. A step of fewer parameters is another graph, whose backward pass ends earlier, so the state
 * moves from one to the next when parameters join.
 */
export function createTrainSteps(plan: RunPlan, begun: ReadonlyMap<string, NamedArray>): TrainSteps {
  const joins = joinsOf(plan);
  let ready: (TrainStep & { readonly until: number }) | undefined;
  const readState = async () =>
    ready === undefined ? new Map(begun) : readRunState(ready.plan, ready.compiled);
  const dispose = () => {
    ready?.compiled.dispose();
    ready = undefined;
  };
  return {
    at: async (made) => {
      if (ready !== undefined && made < ready.until) return ready;
      const state = await readState();
      dispose();
      const trainable = plan.trainable.filter((name) => (plan.joins.get(name) ?? 0) <= made);
      const phase = { ...plan, trainable };
      const until = joins.find((join) => join > made) ?? Number.POSITIVE_INFINITY;
      ready = { plan: phase, compiled: await compileTrainStep(phase, state), until };
      return ready;
    },
    readState,
    dispose,
  };
}
