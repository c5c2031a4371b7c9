import type { Graph, Node, Value } from "./_Graph.js";

/** Keeps the nodes that an output depends on, in their order. */
export function removeDeadNodes({ inputs, outputs, nodes }: Graph): Graph {
  const needed = new Set<Value>(outputs.values());
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((value) => needed.has(value))) continue;
    kept.push(node);
    for (const value of node.inputs) needed.add(value);
  }
  return { inputs, outputs, nodes: kept.toReversed() };
}
