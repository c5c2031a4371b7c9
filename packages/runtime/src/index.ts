export type { CompiledStep } from "./CompiledStep.js";
export type { NamedArray, NamedArrays, StepDType } from "./NamedArray.js";
export { openRuntime } from "./openRuntime.js";
export type { InputSpec, Runtime, RuntimeName, StepDefinition, StepResult } from "./Runtime.js";
