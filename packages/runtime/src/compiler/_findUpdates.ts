import { sizeOf } from "../_check.js";
import type { Graph, Node, Value } from "./_Graph.js";
import { commutative } from "./_GraphBuilder.js";

/** The new values of some state entries that are worked out together, element by element. */
export interface Update {
  /** Names of the entries, in the order in which the step gave them back. */
  readonly names: readonly string[];
  /** Their new values. */
  readonly results: readonly Value[];
  /** What is read, in the order in which the arithmetic meets it: values of the entries' shape. */
  readonly leaves: readonly Value[];
  /** The nodes that only this update needs, in the order of execution. */
  readonly nodes: readonly Node[];
  /** The arithmetic, the same for updates that differ in their leaves and shape alone. */
  readonly formula: string;
}

const elementwise: ReadonlySet<string> = new Set([
  ...["Add", "Sub", "Mul", "Div", "Max", "Min", "Pow", "Where"],
  ...["Neg", "Abs", "Sqrt", "Reciprocal", "Exp", "Log", "Sign"],
]);

/** Finds the updates of state entries that are arithmetic on elements and of which nothing else reads a part. */
export function findUpdates(graph: Graph): readonly Update[] {
  const names = new Map<Value, string>();
  for (const [name, value] of graph.outputs)
    if (name.startsWith("next:")) names.set(value, name.slice("next:".length));
  const owner = new Map<Node, number>();
  const members: [Set<Node>, Value[]][] = [];
  for (const value of names.keys()) {
    const own = insideOf(value);
    const known = [...own].map((node) => owner.get(node)).find((index) => index !== undefined);
    const [nodes, values] =
      known === undefined ? [new Set<Node>(), []] : (members[known] as (typeof members)[0]);
    const index = known ?? members.push([nodes, values]) - 1;
    for (const node of own) {
      nodes.add(node);
      owner.set(node, index);
    }
    values.push(value);
  }
  const readers = readersOf(graph);
  const isOwn = (nodes: ReadonlySet<Node>) =>
    [...nodes].every(({ outputs: [result] }) =>
      (readers.get(result as Value) ?? []).every((reader) =>
        typeof reader === "string" ? reader.startsWith("next:") : nodes.has(reader),
      ),
    );
  return members
    .filter(([nodes]) => nodes.size > 0 && isOwn(nodes))
    .map(([nodes, values]) => describeUpdate(graph, names, nodes, values));
}

function describeUpdate(
  graph: Graph,
  names: ReadonlyMap<Value, string>,
  inside: ReadonlySet<Node>,
  results: readonly Value[],
): Update {
  const leaves: Value[] = [];
  const known = new Map<Node, number>();
  const write = (value: Value): string => {
    const { producer } = value;
    if (producer !== undefined && inside.has(producer)) {
      const earlier = known.get(producer);
      if (earlier !== undefined) return `#${earlier}`;
      const text = operandsOf(producer, inside).map(write).join();
      known.set(producer, known.size);
      return `${producer.op}${JSON.stringify(producer.attributes)}(${text})`;
    }
    if (isScalar(value)) return `s${value.id}`;
    if (!leaves.includes(value)) leaves.push(value);
    return `leaf${leaves.indexOf(value)}`;
  };
  const formula = results.map(write).join(";");
  return {
    names: results.map((value) => names.get(value) as string),
    results,
    leaves,
    nodes: graph.nodes.filter((node) => inside.has(node)),
    formula,
  };
}

/** Operands in an order that does not depend on which was recorded first. */
export function operandsOf({ op, inputs }: Node, inside: ReadonlySet<Node>): readonly Value[] {
  if (!commutative.has(op)) return inputs;
  const rank = (value: Value) =>
    isScalar(value) ? 0 : value.producer === undefined ? 1 : inside.has(value.producer) ? 3 : 2;
  return inputs.toSorted((a, b) => rank(a) - rank(b));
}

/** Whether a value is one number for all elements. */
function isScalar({ shape }: Value): boolean {
  return sizeOf(shape) === 1;
}

/** The nodes from a value back that compute elements of its shape from elements of its shape and from scalars. */
function insideOf(value: Value): ReadonlySet<Node> {
  const inside = new Set<Node>();
  const shape = value.shape.join();
  const visit = ({ producer, dtype }: Value): void => {
    if (producer === undefined || inside.has(producer) || !elementwise.has(producer.op)) return;
    if (dtype !== "float32" || producer.outputs[0]?.shape.join() !== shape) return;
    if (!producer.inputs.every((operand) => isScalar(operand) || operand.shape.join() === shape)) return;
    inside.add(producer);
    for (const operand of producer.inputs) visit(operand);
  };
  if (!isScalar(value)) visit(value);
  return inside;
}

function readersOf({ nodes, outputs }: Graph): ReadonlyMap<Value, readonly (Node | string)[]> {
  const readers = new Map<Value, (Node | string)[]>();
  const note = (value: Value, reader: Node | string) => {
    const list = readers.get(value);
    if (list === undefined) readers.set(value, [reader]);
    else list.push(reader);
  };
  for (const node of nodes) for (const value of node.inputs) note(value, node);
  for (const [name, value] of outputs) note(value, name);
  return readers;
}
