import type { RunOptions } from "./RunOptions.js";

/** Speaks to the caller in a way that cannot break the run. */
export interface Notices {
  /** Calls a callback; what it throws or rejects with is counted. */
  readonly call: <T>(callback: ((value: T) => void) | undefined, value: T) => void;
  /** Waits for something that may fail; a failure is counted. */
  readonly wait: (work: () => Promise<void>) => Promise<void>;
  /** Records a warning and hands it on. */
  readonly warn: (message: string) => void;
  /** What happened so far. */
  readonly summary: () => {
    readonly numCallbackErrors: number;
    readonly firstCallbackError: unknown;
    readonly warnings: readonly string[];
  };
}

/** Makes {@link Notices}. */
export function createNotices({ onWarning }: RunOptions): Notices {
  const warnings: string[] = [];
  const errors: unknown[] = [];
  let numCallbackErrors = 0;
  const failed = (error: unknown) => {
    numCallbackErrors += 1;
    if (errors.length === 0) errors.push(error);
  };
  const call: Notices["call"] = (callback, value) => {
    if (callback === undefined) return;
    try {
      // An async function fits the type of a callback; its rejection must be caught as well.
      Promise.resolve(callback(value) as unknown).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
  return {
    call,
    wait: (work) => work().catch(failed),
    warn: (message) => {
      warnings.push(message);
      call(onWarning, message);
    },
    summary: () => ({ numCallbackErrors, firstCallbackError: errors[0], warnings: [...warnings] }),
  };
}
