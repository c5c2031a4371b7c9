import type { Graph, Node, Value } from "./_Graph.js";
import { onnxType } from "./_GraphBuilder.js";
import { firstFreeId } from "./_rewriteGraph.js";

/**
 * Writes products of a short type as float32 products of operands that were rounded to it, with a rounded result: for a
 * provider that has no such products, whose own way out is to leave the rounding out where it can.
 */
export function roundProducts(graph: Graph): Graph {
  let nextId = firstFreeId(graph);
  const wide = (value: Value): Value => ({ id: nextId++, dtype: "float32", shape: value.shape });
  const nodes = graph.nodes.flatMap((node): Node[] => {
    if (!isShortProduct(node)) return [node];
    const inputs = node.inputs.map(wide);
    const outputs = node.outputs.map(wide);
    return [
      ...inputs.map((value, i) => cast(node.inputs[i] as Value, value)),
      { ...node, inputs, outputs },
      ...outputs.map((value, i) => cast(value, node.outputs[i] as Value)),
    ];
  });
  return { ...graph, nodes };
}

const moves: ReadonlySet<string> = new Set(["Cast", "Reshape", "Transpose", "Slice", "Split", "Concat"]);

function isShortProduct({ op, outputs }: Node): boolean {
  return !moves.has(op) && outputs.some(({ dtype }) => dtype === "float16" || dtype === "bfloat16");
}

function cast(from: Value, to: Value): Node {
  const attributes = { to: onnxType[to.dtype] };
  const node: Node = { op: "Cast", domain: "", inputs: [from], ints: [], attributes, outputs: [to] };
  to.producer = node;
  return node;
}
