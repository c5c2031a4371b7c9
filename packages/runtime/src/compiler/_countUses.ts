import type { Graph, Value } from "./_Graph.js";

/** How often each value is read, by nodes and as an output of the graph. */
export function countUses({ nodes, outputs }: Graph): ReadonlyMap<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const { inputs } of nodes) inputs.forEach(count);
  for (const value of outputs.values()) count(value);
  return uses;
}
