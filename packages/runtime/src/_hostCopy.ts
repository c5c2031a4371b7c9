import { DeviceLostError } from "./DeviceLostError.js";
import type { NamedArray } from "./NamedArray.js";

/** The state of a step as the host last had it, in arrays that nobody else can change. */
export interface HostCopy {
  /** A run has gone by. */
  readonly grow: () => void;
  /** The whole state has crossed the border again. */
  readonly renew: (state: ReadonlyMap<string, NamedArray>) => void;
  /** What to throw when the device is gone. */
  readonly lost: (caller: string, answer: string, cause: unknown) => DeviceLostError;
  readonly clear: () => void;
}

/** Copies entries; only those declared at first are ever kept, in their order. */
export function createHostCopy(declared: ReadonlyMap<string, NamedArray>): HostCopy {
  const names = [...declared.keys()];
  const copyOf = (state: ReadonlyMap<string, NamedArray>) =>
    new Map(
      names.map((name) => {
        const { dtype, shape, data } = state.get(name) as NamedArray;
        return [name, { dtype, shape, data: data.slice() }];
      }),
    );
  let state = copyOf(declared);
  let numRuns = 0;
  return {
    grow: () => {
      numRuns++;
    },
    renew: (current) => {
      state = copyOf(current);
      numRuns = 0;
    },
    lost: (caller, answer, cause) =>
      new DeviceLostError(
        `${caller}: device must answer, got: ${answer}; the state of ${numRuns} runs ago, the last that the host had, is this error's state: go on from it in a new process`,
        { state, numRuns, cause },
      ),
    clear: () => {
      state = new Map();
    },
  };
}
