import type { Graph, Node, Value } from "./_Graph.js";

/** Keeps the nodes that an output depends on, in their order. */
export function removeDeadNodes(graph: Graph): Graph {
  const needed = new Set<Value>(graph.outputs.values());
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((value) => needed.has(value))) continue;
    kept.push(node);
    for (const value of node.inputs) needed.add(value);
  }
  return { ...graph, nodes: kept.toReversed() };
}
