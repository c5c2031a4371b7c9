import type { Graph, Node, Value } from "./_Graph.js";
import type { GraphBuilder } from "./_GraphBuilder.js";
import { rewriteGraph } from "./_rewriteGraph.js";

/**
 * Writes what is ONNX Runtime's own, scaled products with a transposed operand and GELU, in ONNX's operators, for other
 * readers; `isUnknown` says which operations these do not know.
 */
export function toStandardOperators(
  graph: Graph,
  isUnknown: (node: Node) => boolean = ({ domain }) => domain !== "",
): Graph {
  return rewriteGraph(graph, (node, { builder, replace }) => {
    const standard = isUnknown(node) ? expansions[node.op]?.(builder, node) : undefined;
    if (standard !== undefined) replace(node.outputs[0] as Value, standard);
  });
}

const expansions: Readonly<Record<string, (builder: GraphBuilder, node: Node) => Value>> = {
  FusedMatMul: expandProduct,
  Gelu: (builder, { inputs }) => {
    const x = inputs[0] as Value;
    return gate(builder, x, builder.unary("Erf", builder.binary("Mul", x, number(builder, Math.SQRT1_2))));
  },
  FastGelu: (builder, { inputs }) => {
    const x = inputs[0] as Value;
    const cube = builder.binary("Mul", builder.binary("Mul", x, x), x);
    const bent = builder.binary("Add", x, builder.binary("Mul", cube, number(builder, 0.044715)));
    const inner = builder.binary("Mul", bent, number(builder, Math.sqrt(2 / Math.PI)));
    return gate(builder, x, builder.unary("Tanh", inner));
  },
};

/** ½·x·(1 + opening). */
function gate(builder: GraphBuilder, x: Value, opening: Value): Value {
  const half = builder.binary("Mul", x, number(builder, 0.5));
  return builder.binary("Mul", half, builder.binary("Add", opening, number(builder, 1)));
}

function number(builder: GraphBuilder, value: number): Value {
  return builder.uniform(value, [], "float32");
}

function expandProduct(builder: GraphBuilder, { inputs, attributes, outputs }: Node): Value {
  const operands = inputs.map((value, i) => {
    if (attributes[i === 0 ? "transA" : "transB"] !== 1) return value;
    const rank = value.shape.length;
    return builder.transpose(
      value,
      value.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis)),
    );
  });
  const product = builder.emit("MatMul", operands, { shape: (outputs[0] as Value).shape });
  const { alpha } = attributes as { readonly alpha?: { readonly float: number } };
  return alpha === undefined
    ? product
    : builder.binary("Mul", product, builder.uniform(alpha.float, [], product.dtype));
}
