import { countUses } from "./_countUses.js";
import type { Graph, Node, Value } from "./_Graph.js";
import { GraphBuilder } from "./_GraphBuilder.js";
import { removeDeadNodes } from "./_removeDeadNodes.js";

/** What a rule may ask and do while the graph is rewritten. */
export interface Rewriting {
  /** Adds nodes before the one that is looked at; equal ones become one. */
  readonly builder: GraphBuilder;
  /** How often a value is read, or what it replaces was when the rewriting began. */
  readonly uses: (value: Value) => number;
  /** Lets everything that comes after this node read `next` where it read `value`. */
  readonly replace: (value: Value, next: Value) => void;
}

/**
 * Looks at each node once, in order, and lets a rule replace its results by those of other nodes. What thereby becomes
 * equal to an earlier node is that node, and what is no longer needed is dropped.
 */
export function rewriteGraph(graph: Graph, rule: (node: Node, rewriting: Rewriting) => void): Graph {
  const counts = new Map(countUses(graph));
  const replaced = new Map<Value, Value>();
  const latest = (value: Value): Value => {
    const next = replaced.get(value);
    return next === undefined ? value : latest(next);
  };
  const builder = new GraphBuilder(firstFreeId(graph));
  const rewriting: Rewriting = {
    builder,
    uses: (value) => counts.get(value) ?? 0,
    replace: (value, next) => {
      if (value === next) return;
      replaced.set(value, next);
      counts.set(next, (counts.get(next) ?? 0) + (counts.get(value) ?? 0));
    },
  };
  for (const node of graph.nodes) {
    if (node.inputs.some((value) => replaced.has(value))) node.inputs = node.inputs.map(latest);
    rule(node, rewriting);
    for (const [i, value] of builder.adopt(node).entries())
      rewriting.replace(node.outputs[i] as Value, value);
  }
  const outputs = new Map([...graph.outputs].map(([name, value]) => [name, latest(value)]));
  return removeDeadNodes({ ...graph, outputs, nodes: builder.nodes });
}

/** The first number that no value of the graph has. */
export function firstFreeId({ nodes, inputs }: Graph): number {
  let most = -1;
  for (const { id } of inputs.values()) most = Math.max(most, id);
  for (const node of nodes) for (const { id } of [...node.inputs, ...node.outputs]) most = Math.max(most, id);
  return most + 1;
}
