import type { Graph, Value } from "./_Graph.js";
import { any, type Found, match, named, node, number, type Pattern } from "./_match.js";
import { type Rewriting, rewriteGraph } from "./_rewriteGraph.js";

const half = named("half", node("Mul", any("x"), number(0.5)));
const root = named("root", node("Mul", any("x"), number(Math.SQRT1_2)));
const onePlusErf = named("onePlusErf", node("Add", named("erf", node("Erf", root)), number(1)));
const exact = node("Mul", half, onePlusErf);

const cube: readonly Pattern[] = [
  node("Pow", any("x"), number(3)),
  node("Mul", node("Mul", any("x"), any("x")), any("x")),
];
const approximate = cube.map((power) => {
  const inner = node("Add", any("x"), node("Mul", power, number(0.044715)));
  return node(
    "Mul",
    half,
    node("Add", node("Tanh", node("Mul", inner, number(Math.sqrt(2 / Math.PI)))), number(1)),
  );
});

const bell = node("Exp", node("Neg", node("Mul", any("root"), any("root"))));
const ofErf = node(
  "Mul",
  node("Mul", any("half"), any("gradient")),
  node("Mul", bell, number(2 / Math.sqrt(Math.PI))),
);
/** The chain rule's gradient: (x/2)·g·(2/√π)·e^(−x²/2)·√½ + ½·g·(1 + erf). */
const gradient = node(
  "Add",
  node("Mul", ofErf, number(Math.SQRT1_2)),
  node("Mul", node("Mul", any("onePlusErf"), any("gradient")), number(0.5)),
);

/**
 * Writes GELU, exact or with tanh, as one node where no gradient is taken. Where one is, the distribution function Φ(x)
 * is kept and the gradient becomes g·(Φ(x) + x·φ(x)).
 *
 * @see Hendrycks & Gimpel (2016), Gaussian Error Linear Units, section 2.
 */
export function fuseGelu(graph: Graph): Graph {
  return rewriteGraph(graph, ({ op, outputs }, rewriting) => {
    const result = outputs[0] as Value;
    if (op === "Mul") fuseForward(result, rewriting);
    if (op === "Add") fuseGradient(result, rewriting);
  });
}

function fuseForward(result: Value, { builder, uses, replace }: Rewriting): void {
  const emit = (op: string, x: Value) => builder.emit(op, [x], { shape: x.shape, domain: "com.microsoft" });
  for (const pattern of approximate) {
    const found = match(pattern, result);
    if (found !== undefined && uses(found.half as Value) === 1)
      replace(result, emit("FastGelu", found.x as Value));
  }
  const found = match(exact, result) as Exact | undefined;
  if (found === undefined) return;
  if (uses(found.half) === 1 && uses(found.onePlusErf) === 1) replace(result, emit("Gelu", found.x));
  else replace(result, builder.binary("Mul", found.x, distribution(builder, found)));
}

type Exact = Readonly<Record<"x" | "half" | "root" | "erf" | "onePlusErf", Value>>;

/** Φ(x) = ½ + ½·erf(x/√2) in one node: a clipped line that nothing clips, since erf lies in [−1, 1]. */
function distribution(builder: Rewriting["builder"], { erf }: Exact): Value {
  const attributes = { alpha: { float: 0.5 }, beta: { float: 0.5 } };
  return builder.emit("HardSigmoid", [erf], { shape: erf.shape, attributes });
}

function fuseGradient(result: Value, { builder, replace }: Rewriting): void {
  const found = match(gradient, result);
  if (found === undefined) return;
  const parts = forwardParts(found);
  if (parts === undefined || parts.root !== found.root) return;
  const { root: u } = parts;
  // x·φ(x) = u·e^(−u²)/√π with u = x/√2; the factor goes into the exponent.
  const shift = builder.uniform(-Math.log(Math.PI) / 2, [], "float32");
  const exponent = builder.binary("Sub", shift, builder.binary("Mul", u, u));
  const slope = builder.binary(
    "Add",
    distribution(builder, parts),
    builder.binary("Mul", u, builder.unary("Exp", exponent)),
  );
  replace(result, builder.binary("Mul", found.gradient as Value, slope));
}

/** What the forward side made of x, if all that the gradient reads of it belongs to one GELU. */
function forwardParts(found: Found): Exact | undefined {
  const first = match(half, found.half as Value);
  return first === undefined
    ? undefined
    : (match(onePlusErf, found.onePlusErf as Value, first) as Exact | undefined);
}
