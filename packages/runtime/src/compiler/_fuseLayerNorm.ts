import type { Graph, Value } from "./_Graph.js";
import { alongRows, any, anyNumber, type Found, match, named, node } from "./_match.js";
import { type Rewriting, rewriteGraph } from "./_rewriteGraph.js";

const centred = node("Sub", any("x"), named("mean", alongRows("ReduceMean", any("x"))));
const squares = node("Mul", any("centred"), any("centred"));
const spread = node("Add", named("variance", alongRows("ReduceMean", squares)), anyNumber("epsilon"));
const inverse = node("Reciprocal", node("Sqrt", named("spread", spread)));
const normalised = node("Mul", named("centred", centred), named("inverse", inverse));
const affine = node("Add", node("Mul", named("normalised", normalised), any("scale")), any("bias"));

/**
 * Writes layer normalisation over the last axis, mean, variance, scale and bias, as one node. What the gradient reads of
 * it is made from the mean and the inverse deviation that the node gives besides.
 *
 * @see https://github.com/onnx/onnx/blob/v1.16.0/docs/Operators.md#LayerNormalization
 */
export function fuseLayerNorm(graph: Graph): Graph {
  return rewriteGraph(graph, (candidate, rewriting) => {
    if (candidate.op !== "Add") return;
    const result = candidate.outputs[0] as Value;
    const found = match(affine, result);
    if (found === undefined || !isVectorOfRows(found)) return;
    replaceAll(result, found as Parts, rewriting);
  });
}

type Parts = Readonly<
  Record<
    | "x"
    | "scale"
    | "bias"
    | "epsilon"
    | "mean"
    | "variance"
    | "spread"
    | "centred"
    | "inverse"
    | "normalised",
    Value
  >
>;

function isVectorOfRows({ x, scale, bias }: Found): boolean {
  const width = x?.shape.at(-1);
  return [scale, bias].every((value) => value?.shape.length === 1 && value.shape[0] === width);
}

function replaceAll(result: Value, parts: Parts, { builder, replace }: Rewriting): void {
  const { x, scale, bias, epsilon } = parts;
  const column = { shape: parts.mean.shape, dtype: x.dtype };
  const attributes = { axis: -1, epsilon: { float: epsilon.fill as number } };
  const outputs = builder.emitAll(
    "LayerNormalization",
    [x, scale, bias],
    [{ shape: x.shape, attributes }, column, column],
  );
  const [value, mean, inverse] = outputs as [Value, Value, Value];
  const difference = builder.binary("Sub", x, mean);
  replace(result, value);
  replace(parts.mean, mean);
  replace(parts.inverse, inverse);
  replace(parts.centred, difference);
  replace(parts.normalised, builder.binary("Mul", difference, inverse));
  replace(parts.spread, builder.unary("Reciprocal", builder.binary("Mul", inverse, inverse)));
}
