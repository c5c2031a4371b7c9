import type { DeviceLostError } from "./DeviceLostError.js";
import type { InputData, NamedArray, NamedArrays } from "./NamedArray.js";

/** What a step takes of an engine's memory, known before it runs. */
export interface StepMemory {
  /** Bytes of the state, once; while a run is under way an engine may hold the next state beside it. */
  readonly stateBytes: number;
  /** Bytes of the inputs of one run. */
  readonly inputBytes: number;
  /**
   * Most bytes of intermediate results and outputs that are needed at a time, if each is let go after its last reader;
   * undefined on engines that run a step operation by operation and do not know it before. What the engine takes from
   * the system for it is more by the gaps that it leaves.
   */
  readonly activationBytes: number | undefined;
}

/** Options of {@link CompiledStep.readState}. */
export interface ReadStateOptions {
  /** The state as an earlier call gave it: its arrays are overwritten and returned. New ones are made without it. */
  readonly into?: ReadonlyMap<string, NamedArray> | undefined;
}

/** A step ready to run; its state stays with the engine between calls. */
export interface CompiledStep {
  /** What it takes of memory. */
  readonly memory: StepMemory;
  /**
   * Runs the step once and replaces the state by what the step returned.
   *
   * @param inputs - One typed array for each declared input, of the declared length.
   * @returns The outputs of the step; their data belong to the caller.
   * @throws RangeError if a name, type or length differs from the declaration, or if a result does not fit into memory;
   * Error after {@link CompiledStep.dispose} and while another call is under way. The state is then as it was before.
   * {@link DeviceLostError} if the device that holds the state is gone; it brings the host's last copy.
   */
  run(inputs: Readonly<Record<string, InputData>>): Promise<Record<string, NamedArray>>;
  /**
   * Copies the whole state out of the engine, in the order it was declared.
   *
   * @param options - Arrays to copy into, so that memory that was already touched is used again.
   * @returns The state; its data belong to the caller.
   * @throws RangeError if `into` lacks an entry, has another one, or one of another type, shape or length; nothing is
   * written then. If the device fails while it is read, what the arrays of `into` hold is not defined.
   */
  readState(options?: ReadStateOptions): Promise<Map<string, NamedArray>>;
  /**
   * Replaces the entries that are given and leaves the others as they are.
   *
   * @throws RangeError if a name is not in the state, or its type or shape differs; nothing is replaced then.
   */
  writeState(state: NamedArrays): Promise<void>;
  /** Frees what the engine holds; running afterwards is an error. */
  dispose(): void;
}
