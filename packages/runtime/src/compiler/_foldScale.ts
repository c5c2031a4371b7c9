import type { Attribute, Graph, Node, Value } from "./_Graph.js";
import { any, anyNumber, match, node } from "./_match.js";
import { type Rewriting, rewriteGraph } from "./_rewriteGraph.js";

const products: ReadonlySet<string> = new Set(["Gemm", "MatMul", "FusedMatMul"]);
const scaled = node("Mul", any("x"), anyNumber("factor"));

/** Moves a constant factor on an operand or on the result of a matrix product into the product, which scales for nothing. */
export function foldScale(graph: Graph): Graph {
  const readElsewhere = new Set<Value>(graph.outputs.values());
  for (const { op, inputs } of graph.nodes)
    for (const [i, value] of inputs.entries()) if (!products.has(op) || i > 1) readElsewhere.add(value);
  return rewriteGraph(graph, (candidate, rewriting) => {
    if (products.has(candidate.op)) foldOperands(candidate, readElsewhere, rewriting);
    else if (candidate.op === "Mul") foldResult(candidate, rewriting);
  });
}

function foldOperands(product: Node, readElsewhere: ReadonlySet<Value>, rewriting: Rewriting): void {
  let alpha = 1;
  const operands = product.inputs.map((value, i) => {
    const found = i > 1 || readElsewhere.has(value) ? undefined : match(scaled, value);
    if (found === undefined || found.x?.shape.join() !== value.shape.join()) return value;
    alpha *= found.factor?.fill as number;
    return found.x;
  });
  if (alpha !== 1)
    rewriting.replace(product.outputs[0] as Value, scaledProduct(product, operands, alpha, rewriting));
}

function foldResult(candidate: Node, rewriting: Rewriting): void {
  const result = candidate.outputs[0] as Value;
  const found = match(scaled, result);
  const product = found?.x?.producer;
  if (found === undefined || product === undefined || !products.has(product.op)) return;
  if (product.inputs.length > 2 || rewriting.uses(product.outputs[0] as Value) !== 1) return;
  rewriting.replace(result, scaledProduct(product, product.inputs, found.factor?.fill as number, rewriting));
}

/** The product with its result, but not what is added to it, times `alpha`. */
function scaledProduct(
  { op, domain, attributes, outputs }: Node,
  operands: readonly Value[],
  alpha: number,
  { builder }: Rewriting,
): Value {
  const { shape } = outputs[0] as Value;
  const before = attributes.alpha as { readonly float: number } | undefined;
  const together: Record<string, Attribute> = {
    ...attributes,
    alpha: { float: alpha * (before?.float ?? 1) },
  };
  if (op === "Gemm") return builder.emit(op, operands, { shape, domain, attributes: together });
  const plain = { transA: 0, transB: 0 };
  return builder.emit("FusedMatMul", operands, {
    shape,
    domain: "com.microsoft",
    attributes: { ...plain, ...together },
  });
}
