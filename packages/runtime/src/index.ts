export { type BuildTfjsOptions, buildTfjs } from "./buildTfjs.js";
export type { CompiledStep, ReadStateOptions, StepMemory } from "./CompiledStep.js";
export { DeviceLostError } from "./DeviceLostError.js";
export { describeRuntimes, type RuntimeDescription } from "./describeRuntimes.js";
export { exportOnnx } from "./exportOnnx.js";
export type { InputData, InputDType, NamedArray, NamedArrays, StepDType } from "./NamedArray.js";
export { openRuntime } from "./openRuntime.js";
export type { InputSpec, Precision, Runtime, RuntimeName, StepDefinition, StepResult } from "./Runtime.js";
