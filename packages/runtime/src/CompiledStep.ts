import type { InputData, NamedArray, NamedArrays } from "./NamedArray.js";

/** A step ready to run; its state stays with the engine between calls. */
export interface CompiledStep {
  /**
   * Runs the step once and replaces the state by what the step returned.
   *
   * @param inputs - One typed array for each declared input, of the declared length.
   * @returns The outputs of the step; their data belong to the caller.
   * @throws RangeError if a name, type or length differs from the declaration, or after {@link CompiledStep.dispose}.
   */
  run(inputs: Readonly<Record<string, InputData>>): Promise<Record<string, NamedArray>>;
  /** Copies the whole state out of the engine, in the order it was declared. */
  readState(): Promise<Map<string, NamedArray>>;
  /**
   * Replaces the entries that are given and leaves the others as they are.
   *
   * @throws RangeError if a name is not in the state, or its type or shape differs.
   */
  writeState(state: NamedArrays): Promise<void>;
  /** Frees what the engine holds; running afterwards is an error. */
  dispose(): void;
}
