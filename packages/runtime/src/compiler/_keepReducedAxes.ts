import type { Graph, Node, Value } from "./_Graph.js";
import { rewriteGraph } from "./_rewriteGraph.js";

/** Writes a reduction whose result is only reshaped so that the axes come back with size 1 as one that keeps them. */
export function keepReducedAxes(graph: Graph): Graph {
  return rewriteGraph(graph, (node, { builder, uses, replace }) => {
    if (node.op !== "Reshape") return;
    const reduced = node.inputs[0] as Value;
    const reduction = reduced.producer;
    if (reduction?.attributes.keepdims !== 0 || uses(reduced) !== 1) return;
    const result = node.outputs[0] as Value;
    const kept = keptShape(reduction);
    if (kept.join() !== result.shape.join()) return;
    replace(
      result,
      builder.emit(reduction.op, reduction.inputs, {
        shape: kept,
        dtype: result.dtype,
        ints: reduction.ints,
        attributes: { keepdims: 1 },
      }),
    );
  });
}

function keptShape({ inputs, ints }: Node): readonly number[] {
  return (inputs[0] as Value).shape.map((size, axis) => (ints[0]?.includes(axis) ? 1 : size));
}
