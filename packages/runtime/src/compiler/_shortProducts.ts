import type { Precision } from "../Runtime.js";
import type { Graph, GraphDType, Node, Value } from "./_Graph.js";
import { onnxType } from "./_GraphBuilder.js";
import { removeDeadNodes } from "./_removeDeadNodes.js";
import { firstFreeId } from "./_rewriteGraph.js";

/** Sums of products: what a short type makes faster and, with sums kept in float32 inside, hardly worse. */
const products: ReadonlySet<string> = new Set(["Gemm", "MatMul", "FusedMatMul", "Conv", "ConvTranspose"]);
/** Operations that move numbers and compute none; those that neither leave out nor repeat any come first. */
const moves: ReadonlySet<string> = new Set(["Reshape", "Transpose"]);
const layouts: ReadonlySet<string> = new Set([...moves, "Slice", "Split", "Concat"]);

/**
 * Lets matrix products and convolutions read and write a short type, and nothing else: their operands are cast to it
 * and their results cast back to float32.
 *
 * Each value is cast once, so a weight or an activation has one short copy for forward and backward. Where products
 * alone read the result of a product, directly or moved about, it stays short and is not cast back.
 *
 * @see Micikevicius et al. (2018), Mixed Precision Training, section 3
 */
export function shortProducts(graph: Graph, precision: Precision): Graph {
  if (precision === "float32") return graph;
  const rewriting = beginRewriting(graph, precision);
  for (const node of graph.nodes) rewrite(rewriting, node);
  return removeDeadNodes({ ...graph, nodes: rewriting.nodes });
}

interface Rewriting {
  readonly dtype: GraphDType;
  readonly nodes: Node[];
  /** Short copies of float32 values. */
  readonly short: Map<Value, Value>;
  /** Whether products alone read a value, directly or moved about. */
  readonly isForProducts: (value: Value) => boolean;
  readonly value: (dtype: GraphDType, shape: readonly number[]) => Value;
}

function beginRewriting(graph: Graph, dtype: GraphDType): Rewriting {
  let nextId = firstFreeId(graph);
  const forProducts = new Map<Value, boolean>();
  for (const value of graph.outputs.values()) forProducts.set(value, false);
  // From the last node to the first, so that the readers of a node's results have been asked before it.
  for (const node of graph.nodes.toReversed()) {
    const isReader =
      products.has(node.op) ||
      (layouts.has(node.op) && node.outputs.every((value) => forProducts.get(value) !== false));
    for (const value of node.inputs) forProducts.set(value, isReader && forProducts.get(value) !== false);
  }
  return {
    dtype,
    nodes: [],
    short: new Map(),
    isForProducts: (value) => forProducts.get(value) ?? false,
    value: (dtype, shape) => ({ id: nextId++, dtype, shape }),
  };
}

function rewrite(rewriting: Rewriting, node: Node): void {
  const { nodes, short, isForProducts } = rewriting;
  const isFloat = [...node.inputs, ...node.outputs].every(({ dtype }) => dtype === "float32");
  if (isFloat && products.has(node.op)) {
    shorten(rewriting, node);
    for (const value of node.outputs) cast(rewriting, short.get(value) as Value, value);
  } else if (
    isFloat &&
    layouts.has(node.op) &&
    node.outputs.every(isForProducts) &&
    (moves.has(node.op) || node.inputs.every((value) => short.has(value)))
  ) {
    shorten(rewriting, node);
  } else {
    nodes.push(node);
  }
}

/** Adds the same operation on short operands. */
function shorten(rewriting: Rewriting, node: Node): void {
  const { dtype, nodes, short, value } = rewriting;
  const inputs = node.inputs.map((operand) => shortOf(rewriting, operand));
  const outputs = node.outputs.map((result) => value(dtype, result.shape));
  const replacement: Node = { ...node, inputs, outputs };
  for (const [i, result] of outputs.entries()) {
    result.producer = replacement;
    short.set(node.outputs[i] as Value, result);
  }
  nodes.push(replacement);
}

function shortOf(rewriting: Rewriting, operand: Value): Value {
  const known = rewriting.short.get(operand);
  if (known !== undefined) return known;
  const result = rewriting.value(rewriting.dtype, operand.shape);
  rewriting.short.set(operand, result);
  cast(rewriting, operand, result);
  return result;
}

function cast({ nodes }: Rewriting, from: Value, to: Value): void {
  const node: Node = {
    op: "Cast",
    domain: "",
    inputs: [from],
    ints: [],
    attributes: { to: onnxType[to.dtype] },
    outputs: [to],
  };
  to.producer = node;
  nodes.push(node);
}
