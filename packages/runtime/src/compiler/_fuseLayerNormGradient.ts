import type { Graph, Node, Value } from "./_Graph.js";
import { alongRows, any, anyNumber, match, named, node, number } from "./_match.js";
import { type Rewriting, rewriteGraph } from "./_rewriteGraph.js";

/** −Σ(g·centred) / (2·spread^1.5), the gradient of the variance, by the rules for sums, powers and quotients. */
const ofVariance = node(
  "Neg",
  node(
    "Div",
    alongRows("ReduceSum", node("Mul", any("gradient"), any("centred"))),
    node("Mul", node("Pow", any("spread"), number(1.5)), number(2)),
  ),
);
/** The gradient of the centred rows. */
const ofCentred = node(
  "Add",
  node("Mul", any("gradient"), any("inverse")),
  node("Mul", node("Div", ofVariance, anyNumber("width")), node("Mul", any("centred"), number(2))),
);
/** What the mean, which was subtracted from each row, adds to the gradient of the row. */
const ofMean = node(
  "Div",
  node("Reshape", node("Neg", alongRows("ReduceSum", named("ofCentred", ofCentred), 0))),
  anyNumber("width"),
);
const whole = node("Add", any("sum"), ofMean);

/**
 * Writes the gradient of a fused layer normalisation in closed form, (g − mean(g) − n·mean(g·n))/σ with the normalised
 * rows n: half the nodes of what the chain rule gives, and fewer passes over the rows.
 *
 * @see Ba, Kiros & Hinton (2016), Layer Normalization, supplement; follows from equation 4.
 */
export function fuseLayerNormGradient(graph: Graph): Graph {
  return rewriteGraph(graph, (candidate, rewriting) => {
    if (candidate.op !== "Add") return;
    const result = candidate.outputs[0] as Value;
    const found = match(whole, result);
    if (found === undefined) return;
    const parts = found as Parts;
    const others = besides(parts);
    if (others === undefined || !isOfLayerNorm(parts)) return;
    const gradient = closedForm(parts, rewriting);
    const { builder, replace } = rewriting;
    replace(
      result,
      others.reduce((sum, other) => builder.binary("Add", other, sum), gradient),
    );
  });
}

type Parts = Readonly<
  Record<"gradient" | "centred" | "spread" | "inverse" | "width" | "ofCentred" | "sum", Value>
>;

/** What the sum has besides the gradient of the centred rows: nothing, or what came past the normalisation. */
function besides({ sum, ofCentred: part }: Parts): readonly Value[] | undefined {
  if (sum === part) return [];
  if (sum.producer?.op !== "Add" || !sum.producer.inputs.includes(part)) return undefined;
  return sum.producer.inputs.filter((value) => value !== part);
}

/** Whether all parts come from one fused normalisation. */
function isOfLayerNorm({ centred, inverse, spread, width }: Parts): boolean {
  const norm = inverse.producer as Node | undefined;
  if (norm?.op !== "LayerNormalization" || norm.outputs[2] !== inverse) return false;
  const [x, mean] = centred.producer?.op === "Sub" ? centred.producer.inputs : [];
  const isSpread = match(node("Reciprocal", node("Mul", any("inverse"), any("inverse"))), spread, {
    inverse,
  });
  const size = norm.inputs[0]?.shape.at(-1);
  return x === norm.inputs[0] && mean === norm.outputs[1] && width.fill === size && isSpread !== undefined;
}

function closedForm({ gradient, centred, inverse }: Parts, { builder }: Rewriting): Value {
  const axis = gradient.shape.length - 1;
  const mean = (x: Value) =>
    builder.emit("ReduceMean", [x], {
      shape: x.shape.with(axis, 1),
      ints: [[axis]],
      attributes: { keepdims: 1 },
    });
  const normalised = builder.binary("Mul", centred, inverse);
  const along = mean(builder.binary("Mul", gradient, normalised));
  const level = builder.binary("Sub", gradient, mean(gradient));
  const rest = builder.binary("Sub", level, builder.binary("Mul", normalised, along));
  return builder.binary("Mul", rest, inverse);
}
