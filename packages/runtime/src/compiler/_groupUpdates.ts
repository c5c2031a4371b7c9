import { sizeOf } from "../_check.js";
import { findUpdates, operandsOf, type Update } from "./_findUpdates.js";
import type { Graph, Node, Value } from "./_Graph.js";
import { GraphBuilder } from "./_GraphBuilder.js";
import { removeDeadNodes } from "./_removeDeadNodes.js";
import { firstFreeId } from "./_rewriteGraph.js";

/** Bounds of {@link groupUpdates}. */
export interface GroupOptions {
  /** Elements that an entry may have to be grouped with others. */
  readonly mostPerEntry: number;
  /** Elements that a group may have. */
  readonly mostPerGroup: number;
  /** Whether the engine keeps the entries of a group side by side in memory, so that they need no copying. */
  readonly packed: boolean;
}

/**
 * Updates state entries by the same arithmetic together, as one long vector: the hundred and more biases and scales of a
 * transformer then cost the nodes of one. Element for element the numbers are the same.
 */
export function groupUpdates(graph: Graph, options: GroupOptions): Graph {
  const builder = new GraphBuilder(firstFreeId(graph));
  const inputs = new Map(graph.inputs);
  const outputs = new Map(graph.outputs);
  const packs = new Map<string, readonly string[]>();
  const stateNames = new Map([...graph.inputs].map(([name, value]) => [value, name]));
  for (const group of groupsOf(findUpdates(graph), options)) {
    const first = group[0] as Update;
    const total = group.reduce((sum, { results: [value] }) => sum + sizeOf((value as Value).shape), 0);
    const entries = first.names.map((_, i) => group.map(({ names }) => names[i] as string));
    const packOf = (names: readonly (string | undefined)[]): string | undefined => {
      const index = entries.findIndex((known) => known.join("\n") === names.join("\n"));
      return options.packed && index >= 0 ? `pack:${(entries[index] as string[])[0]}` : undefined;
    };
    const long = first.leaves.map((_, i) => {
      const leaves = group.map((update) => update.leaves[i] as Value);
      const pack = packOf(leaves.map((value) => stateNames.get(value)?.replace(/^state:/, "")));
      if (pack === undefined) return joined(builder, leaves, total);
      const value = inputs.get(pack) ?? builder.input([total], "float32");
      inputs.set(pack, value);
      return value;
    });
    const results = repeat(builder, first, long, total);
    for (const [i, names] of entries.entries()) {
      const result = results[i] as Value;
      const pack = packOf(names);
      if (pack === undefined) {
        const parts = parted(
          builder,
          result,
          group.map(({ results }) => results[i] as Value),
        );
        for (const [k, name] of names.entries()) outputs.set(`next:${name}`, parts[k] as Value);
      } else {
        packs.set(pack, names);
        outputs.set(`next-${pack}`, result);
        for (const name of names) outputs.delete(`next:${name}`);
      }
    }
  }
  const nodes = inOrder([...graph.nodes, ...builder.nodes]);
  const whole = removeDeadNodes({ ...graph, inputs, outputs, nodes });
  return packs.size === 0 ? whole : withoutUnread({ ...whole, packs });
}

/** Takes away the inputs of entries that are only read as a part of their pack. */
function withoutUnread(graph: Graph & { readonly packs: ReadonlyMap<string, readonly string[]> }): Graph {
  const read = new Set<Value>(graph.outputs.values());
  for (const { inputs } of graph.nodes) for (const value of inputs) read.add(value);
  const packed = new Set([...graph.packs.values()].flat().map((name) => `state:${name}`));
  const inputs = new Map([...graph.inputs].filter(([name, value]) => !packed.has(name) || read.has(value)));
  return { ...graph, inputs };
}

/** Updates with the same arithmetic, in the order they are found, at least two to a group. */
function groupsOf(
  updates: readonly Update[],
  { mostPerEntry, mostPerGroup }: GroupOptions,
): readonly (readonly Update[])[] {
  const open = new Map<string, { readonly members: Update[]; size: number }>();
  const groups: Update[][] = [];
  for (const update of updates) {
    const size = sizeOf((update.results[0] as Value).shape);
    if (size > mostPerEntry) continue;
    let group = open.get(update.formula);
    if (group === undefined || group.size + size > mostPerGroup) {
      group = { members: [], size: 0 };
      open.set(update.formula, group);
      groups.push(group.members);
    }
    group.members.push(update);
    group.size += size;
  }
  return groups.filter(({ length }) => length > 1);
}

function joined(builder: GraphBuilder, values: readonly Value[], total: number): Value {
  const flat = values.map((value) => builder.reshape(value, [sizeOf(value.shape)]));
  return builder.emit("Concat", flat, { shape: [total], attributes: { axis: 0 } });
}

function parted(builder: GraphBuilder, value: Value, like: readonly Value[]): readonly Value[] {
  const sizes = like.map(({ shape }) => sizeOf(shape));
  const options = { dtype: value.dtype, ints: [sizes], attributes: { axis: 0 } };
  const parts = builder.emitAll(
    "Split",
    [value],
    sizes.map((size) => ({ ...options, shape: [size] })),
  );
  return parts.map((part, i) => builder.reshape(part, (like[i] as Value).shape));
}

/** The arithmetic of one update on other leaves. */
function repeat(
  builder: GraphBuilder,
  { leaves, nodes, results }: Update,
  long: readonly Value[],
  total: number,
): readonly Value[] {
  const inside = new Set(nodes);
  const values = new Map<Value, Value>(leaves.map((leaf, i) => [leaf, long[i] as Value]));
  const now = (value: Value) => values.get(value) ?? value;
  for (const node of nodes) {
    const result = node.outputs[0] as Value;
    const operands = operandsOf(node, inside).map(now);
    values.set(
      result,
      builder.emit(node.op, operands, {
        shape: [total],
        dtype: result.dtype,
        attributes: node.attributes,
      }),
    );
  }
  return results.map(now);
}

/** Puts each node after those it reads from, and otherwise leaves them in the order they have. */
function inOrder(nodes: readonly Node[]): readonly Node[] {
  const placed = new Set<Node>();
  const all = new Set(nodes);
  const result: Node[] = [];
  const waiting = new Map<Node, Node[]>();
  const place = (node: Node): void => {
    const missing = node.inputs.find(({ producer: p }) => p !== undefined && all.has(p) && !placed.has(p));
    if (missing !== undefined) {
      const reader = missing.producer as Node;
      waiting.set(reader, [...(waiting.get(reader) ?? []), node]);
      return;
    }
    placed.add(node);
    result.push(node);
    for (const next of waiting.get(node) ?? []) place(next);
  };
  for (const node of nodes) place(node);
  return result;
}
