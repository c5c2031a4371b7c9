import type { Tensor } from "@tensorflow/tfjs-core";
import type { CompiledStep } from "./CompiledStep.js";
import type { InputDType, NamedArrays } from "./NamedArray.js";

/**
 * Engines of this version. `onnx-cuda`, `onnx-webgpu` and `onnx-cpu` compile the step to one ONNX graph and run it
 * natively; the others run it operation by operation on a TensorFlow.js backend, `tfjs-node-gpu` and `tfjs-node` in
 * libtensorflow.
 */
export type RuntimeName =
  | "tfjs-node-gpu"
  | "onnx-cuda"
  | "onnx-webgpu"
  | "onnx-cpu"
  | "tfjs-node"
  | "wasm"
  | "cpu";

/**
 * Type in which matrix products and convolutions read and write. State, inputs, outputs and every other operation are
 * float32 in any case, so that normalisation, softmax, reductions and the optimiser lose nothing.
 */
export type Precision = "float32" | "float16" | "bfloat16";

/** Type and shape of one input of a step. */
export interface InputSpec {
  /** Size of each axis, fixed for the life of the compiled step. */
  readonly shape: readonly number[];
  /** Element type; images cross to the engine as `uint8` in a quarter of the bytes. */
  readonly dtype: InputDType;
}

/** What a step returns: the entries of the state that change, and the values the caller wants to see. */
export interface StepResult {
  /** New values by name, each of the type and shape it had; entries left out stay as they are. */
  readonly state?: Readonly<Record<string, Tensor>>;
  /** Values handed back to the caller. */
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** A pure function of state and inputs, written in TensorFlow.js operations, with the shapes it is compiled for. */
export interface StepDefinition {
  /** Initial state by name. */
  readonly state: NamedArrays;
  /** Inputs by name. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /**
   * The step. It must not read tensor values (`dataSync`, `arraySync`), must not keep tensors, and must do the same
   * operations every time: a compiling engine calls it once and keeps the record.
   */
  readonly step: (
    state: Readonly<Record<string, Tensor>>,
    inputs: Readonly<Record<string, Tensor>>,
  ) => StepResult;
  /**
   * Type of matrix products and convolutions: their operands are rounded to it, each once, and their results come back
   * to float32. `float16` has 11 bits and ends at 65,504: a loss whose gradients fall below 6e-8 must be scaled, and what
   * goes beyond becomes an infinity that the outputs show. `bfloat16` has the range of float32 and 8 bits. Engines that
   * lack a type refuse it. @defaultValue `"float32"`
   */
  readonly precision?: Precision;
}

/** An engine that compiles and runs steps. */
export interface Runtime {
  /** Which engine this is. */
  readonly name: RuntimeName;
  /** One line for a person: the engine, its version and what it runs on. */
  readonly description: string;
  /**
   * Prepares a step for this engine.
   *
   * @throws RangeError if the step uses an operation the engine lacks, changes the type or shape of a state entry, or
   * returns a state entry that was not declared.
   */
  compile(definition: StepDefinition): Promise<CompiledStep>;
}
