import type { NamedArray } from "./NamedArray.js";

/**
 * A device that held the state of a step no longer answers: it was reset, unplugged, or its driver stopped.
 *
 * What was computed since the state was last on the host is lost; what was on the host is here.
 */
export class DeviceLostError extends Error {
  /** Always `DeviceLostError`. */
  override readonly name = "DeviceLostError";
  /** The whole state as it last crossed to or from the host, by `compile`, `writeState` or `readState`; the caller's to keep. */
  readonly state: Map<string, NamedArray>;
  /** How many runs ago that was. */
  readonly numRuns: number;

  /** @internal */
  constructor(
    message: string,
    { state, numRuns, cause }: { state: Map<string, NamedArray>; numRuns: number; cause: unknown },
  ) {
    super(message, { cause });
    this.state = state;
    this.numRuns = numRuns;
  }
}
