import { entriesOf, sizeOf } from "./_check.js";
import type { StepMemory } from "./CompiledStep.js";
import { activationMemory } from "./compiler/_activationMemory.js";
import type { Graph } from "./compiler/_Graph.js";
import type { StepDefinition } from "./Runtime.js";

/** Sizes that a definition has, and those that only its graph has. */
export function stepMemory({ state, inputs }: StepDefinition, graph: Graph | undefined): StepMemory {
  const inputBytes = Object.values(inputs).map(
    ({ shape, dtype }) => sizeOf(shape) * (dtype === "uint8" ? 1 : 4),
  );
  return {
    stateBytes: entriesOf(state).reduce((sum, [, { data }]) => sum + data.byteLength, 0),
    inputBytes: inputBytes.reduce((sum, bytes) => sum + bytes, 0),
    activationBytes: graph === undefined ? undefined : activationMemory(graph),
  };
}
