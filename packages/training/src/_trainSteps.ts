import type { CompiledStep, NamedArray } from "@cxrkit/runtime";
import { joinsOf } from "./_optimizer.js";
import type { RunPlan } from "./_planRun.js";
import { readRunState, sumsOf } from "./_runState.js";
import { createStateArrays } from "./_stateArrays.js";
import { compileTrainStep } from "./_trainStep.js";

/** A step, and the run as it stands while that step is used: later parameters are frozen. */
interface TrainStep {
  readonly plan: RunPlan;
  readonly compiled: CompiledStep;
}

interface Ready extends TrainStep {
  /** Number of updates after which parameters join. */
  readonly until: number;
  /** The entries of its state. */
  readonly entries: ReadonlyMap<string, Pick<NamedArray, "dtype" | "shape">>;
}

/** The steps of a run, of which one is ready at a time. */
export interface TrainSteps {
  /** The step for an update before which `made` others were made; it is compiled when parameters join. */
  readonly at: (made: number) => Promise<TrainStep>;
  /** Reads the state of the run. The arrays of an earlier reading are overwritten, but for those that are held. */
  readonly readState: (held: ReadonlyMap<string, NamedArray> | undefined) => Promise<Map<string, NamedArray>>;
  /** Frees the step. */
  readonly dispose: () => void;
}

/**
 * Makes {@link TrainSteps}. A step of fewer parameters is another graph, whose backward pass ends earlier, so the state
 * moves from one to the next when parameters join.
 */
export function createTrainSteps(plan: RunPlan, begun: ReadonlyMap<string, NamedArray>): TrainSteps {
  const joins = joinsOf(plan);
  let ready: Ready | undefined;
  const arrays = createStateArrays();
  const dispose = () => {
    ready?.compiled.dispose();
    ready = undefined;
  };
  return {
    at: async (made) => {
      if (ready !== undefined && made < ready.until) return ready;
      const state = ready === undefined ? begun : await readRunState(ready.plan, ready.compiled);
      dispose();
      const trainable = plan.trainable.filter((name) => (plan.joins.get(name) ?? 0) <= made);
      const phase = { ...plan, trainable };
      const until = joins.find((join) => join > made) ?? Number.POSITIVE_INFINITY;
      const entries = entriesOf(phase, state);
      ready = { plan: phase, compiled: await compileTrainStep(phase, state), until, entries };
      if (plan.folder !== undefined) arrays.prepare(entries);
      return ready;
    },
    readState: async (held) =>
      ready === undefined
        ? new Map(begun)
        : readRunState(ready.plan, ready.compiled, arrays.take(ready.entries, held)),
    dispose,
  };
}

/** Types and shapes of the entries of a step's state, without their data. */
function entriesOf(plan: RunPlan, state: ReadonlyMap<string, NamedArray>): Ready["entries"] {
  const entries = new Map<string, Pick<NamedArray, "dtype" | "shape">>();
  for (const [name, { dtype, shape }] of state) entries.set(name, { dtype, shape });
  for (const [name, shape] of sumsOf(plan)) entries.set(name, { dtype: "float32", shape });
  return entries;
}
