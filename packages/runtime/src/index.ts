export type { CompiledStep } from "./CompiledStep.js";
export type { NamedArray, NamedArrays, StepDType } from "./NamedArray.js";
export type { InputSpec, Runtime, RuntimeName, StepDefinition, StepResult } from "./Runtime.js";
