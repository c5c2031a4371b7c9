import { countUses } from "./_countUses.js";
import type { Graph, Node, Value } from "./_Graph.js";

/** Writes `Add(Gemm(a, b), bias)` as one Gemm with three operands where nothing else reads the product. */
export function fuseGemmBias(graph: Graph): Graph {
  const uses = countUses(graph);
  const fused = new Set<Node>();
  const nodes = graph.nodes.map((node) => {
    if (node.op !== "Add") return node;
    const sum = node.outputs[0] as Value;
    for (const [product, bias] of [node.inputs, node.inputs.toReversed()] as [Value, Value][]) {
      const gemm = product.producer;
      if (gemm?.op !== "Gemm" || gemm.inputs.length !== 2 || uses.get(product) !== 1) continue;
      if (bias.shape.length !== 1 || bias.shape[0] !== sum.shape[1] || sum.shape.length !== 2) continue;
      fused.add(gemm);
      const replacement: Node = { ...gemm, inputs: [...gemm.inputs, bias], outputs: node.outputs };
      sum.producer = replacement;
      return replacement;
    }
    return node;
  });
  return { ...graph, nodes: nodes.filter((node) => !fused.has(node)) };
}
