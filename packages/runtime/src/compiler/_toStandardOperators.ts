import type { Graph, Node, Value } from "./_Graph.js";

/** Writes ONNX Runtime's own products with a transposed operand as ONNX's Transpose and MatMul, for other readers. */
export function toStandardOperators(graph: Graph): Graph {
  const ids = graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs].map(({ id }) => id));
  let nextId = 1 + ids.reduce((most, id) => Math.max(most, id), -1);
  const nodes = graph.nodes.flatMap((node): Node[] => {
    if (node.op !== "FusedMatMul") return [node];
    const added: Node[] = [];
    const operands = node.inputs.map((value, i): Value => {
      if (node.attributes[i === 0 ? "transA" : "transB"] !== 1) return value;
      const rank = value.shape.length;
      const perm = value.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
      const shape = perm.map((axis) => value.shape[axis] as number);
      const turned: Value = { id: nextId++, dtype: value.dtype, shape };
      added.push({
        op: "Transpose",
        domain: "",
        inputs: [value],
        ints: [],
        attributes: { perm },
        outputs: [turned],
      });
      return turned;
    });
    return [...added, { ...node, op: "MatMul", domain: "", inputs: operands, attributes: {} }];
  });
  return { ...graph, nodes };
}
