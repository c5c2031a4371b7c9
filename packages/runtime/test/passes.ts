import * as onnx from "onnxruntime-node";
import { encodeModel } from "../src/compiler/_encodeModel.js";
import type { Graph } from "../src/compiler/_Graph.js";
import { removeDeadNodes } from "../src/compiler/_removeDeadNodes.js";
import { traceStep } from "../src/compiler/_traceStep.js";
import type { StepDefinition } from "../src/index.js";

/** The graph of a step with float32 inputs, before any pass. */
export function recorded(
  shapes: Readonly<Record<string, readonly number[]>>,
  step: StepDefinition["step"],
  state: StepDefinition["state"] = {},
): Graph {
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype: "float32" } as const]),
  );
  return removeDeadNodes(traceStep({ state, inputs, step }));
}

/** Operations of a graph, in order. */
export function operationsOf({ nodes }: Graph): readonly string[] {
  return nodes.map(({ op }) => op);
}

/** Runs a graph as it is, without ONNX Runtime's own optimiser, on numbers that look random. */
export async function run(graph: Graph): Promise<Record<string, Float32Array>> {
  const session = await onnx.InferenceSession.create(encodeModel(graph), {
    logSeverityLevel: 3,
    graphOptimizationLevel: "disabled",
  });
  const feeds: Record<string, onnx.Tensor> = {};
  for (const [name, { shape }] of graph.inputs) {
    const length = shape.reduce((product, size) => product * size, 1);
    const data = Float32Array.from({ length }, (_, i) => 2 * Math.sin(12.9898 * (i + 1) + name.length));
    feeds[name] = new onnx.Tensor("float32", data, shape);
  }
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Float32Array.from(data as Float32Array)]),
  );
}
