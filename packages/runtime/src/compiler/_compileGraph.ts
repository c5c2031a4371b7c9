import type { StepDefinition } from "../Runtime.js";
import { encodeModel } from "./_encodeModel.js";
import { fuseGemmBias } from "./_fuseGemmBias.js";
import type { Graph } from "./_Graph.js";
import { removeDeadNodes } from "./_removeDeadNodes.js";
import { traceStep } from "./_traceStep.js";

/** From a step to an ONNX model: trace, drop what no output needs, fuse, encode. */
export function compileGraph(definition: StepDefinition): {
  readonly graph: Graph;
  readonly model: Uint8Array;
} {
  const graph = fuseGemmBias(removeDeadNodes(traceStep(definition)));
  return { graph, model: encodeModel(graph) };
}
