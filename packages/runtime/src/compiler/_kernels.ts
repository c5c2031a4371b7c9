import type { KernelConfig, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import { convolutionRecorders, recordConv2D } from "./_convolutionRecorders.js";
import type { Value } from "./_Graph.js";
import { broadcastShape, type GraphBuilder } from "./_GraphBuilder.js";
import { indexRecorders } from "./_indexRecorders.js";
import { layoutRecorders } from "./_layoutRecorders.js";
import { axesOf, type Recorder } from "./_Recorder.js";
import { type TracingBackend, tracingBackendName } from "./_TracingBackend.js";

const unary =
  (op: string): Recorder =>
  (builder, { x }) =>
    builder.unary(op, x as Value);

const binary =
  (op: string): Recorder =>
  (builder, { a, b }) =>
    builder.binary(op, a as Value, b as Value);

const comparison =
  (op: string): Recorder =>
  (builder, { a, b }) =>
    builder.binary(op, a as Value, b as Value, "bool");

const reduction =
  (op: string): Recorder =>
  (builder, { x }, { axis, reductionIndices, keepDims }) => {
    const source = x as Value;
    const axes = axesOf(source, axis ?? reductionIndices);
    const reduced = builder.reduce(op, source, axes);
    return keepDims === true
      ? builder.reshape(
          reduced,
          source.shape.map((size, i) => (axes.includes(i) ? 1 : size)),
        )
      : reduced;
  };

const arithmetic: Readonly<Record<string, Recorder>> = {
  Add: binary("Add"),
  Sub: binary("Sub"),
  Multiply: binary("Mul"),
  RealDiv: binary("Div"),
  Maximum: binary("Max"),
  Minimum: binary("Min"),
  Pow: binary("Pow"),
  SquaredDifference: (builder, { a, b }) => {
    const difference = builder.binary("Sub", a as Value, b as Value);
    return builder.binary("Mul", difference, difference);
  },
  AddN: (builder, inputs) => Object.values(inputs).reduce((sum, value) => builder.binary("Add", sum, value)),
  Greater: comparison("Greater"),
  GreaterEqual: comparison("GreaterOrEqual"),
  Less: comparison("Less"),
  LessEqual: comparison("LessOrEqual"),
  Equal: comparison("Equal"),
  NotEqual: (builder, { a, b }) =>
    builder.unary("Not", builder.binary("Equal", a as Value, b as Value, "bool")),
  LogicalAnd: comparison("And"),
  LogicalOr: comparison("Or"),
  LogicalNot: unary("Not"),
  Select: (builder, { condition, t, e }) => {
    const [c, yes, no] = [condition as Value, t as Value, e as Value];
    const shape = broadcastShape(c.shape, broadcastShape(yes.shape, no.shape));
    return builder.emit("Where", [c, yes, no], { shape, dtype: yes.dtype });
  },
};

const elementwise: Readonly<Record<string, Recorder>> = {
  Abs: unary("Abs"),
  Ceil: unary("Ceil"),
  Cos: unary("Cos"),
  Elu: unary("Elu"),
  EluGrad: (builder, { dy, y }) => {
    const [gradient, result] = [dy as Value, y as Value];
    const one = builder.uniform(1, [], result.dtype);
    const isPositive = builder.binary("GreaterOrEqual", result, builder.uniform(0, [], result.dtype), "bool");
    const slope = builder.binary("Mul", gradient, builder.binary("Add", result, one));
    return builder.emit("Where", [isPositive, gradient, slope], {
      shape: gradient.shape,
      dtype: gradient.dtype,
    });
  },
  Erf: unary("Erf"),
  Exp: unary("Exp"),
  Floor: unary("Floor"),
  LeakyRelu: (builder, { x }, { alpha }) =>
    builder.emit("LeakyRelu", [x as Value], {
      shape: (x as Value).shape,
      attributes: { alpha: { float: (alpha as number | undefined) ?? 0.2 } },
    }),
  Log: unary("Log"),
  Neg: unary("Neg"),
  Reciprocal: unary("Reciprocal"),
  Relu: unary("Relu"),
  Round: unary("Round"),
  Sigmoid: unary("Sigmoid"),
  Sign: unary("Sign"),
  Sin: unary("Sin"),
  Softplus: unary("Softplus"),
  Sqrt: unary("Sqrt"),
  Tanh: unary("Tanh"),
  IsNan: (builder, { x }) => builder.unary("IsNaN", x as Value, "bool"),
  Rsqrt: (builder, { x }) => builder.unary("Reciprocal", builder.unary("Sqrt", x as Value)),
  Square: (builder, { x }) => builder.binary("Mul", x as Value, x as Value),
  Log1p: (builder, { x }) => recordLog1p(builder, x as Value),
  Step: (builder, { x }, { alpha }) => {
    const source = x as Value;
    const positive = builder.binary("Greater", source, builder.uniform(0, [], source.dtype), "bool");
    const one = builder.uniform(1, source.shape, source.dtype);
    const rest = builder.uniform((alpha as number | undefined) ?? 0, source.shape, source.dtype);
    return builder.emit("Where", [positive, one, rest], { shape: source.shape, dtype: source.dtype });
  },
  ClipByValue: (builder, { x }, { clipValueMin, clipValueMax }) => {
    const source = x as Value;
    const bound = (value: unknown) => builder.uniform(value as number, [], source.dtype);
    return builder.emit("Clip", [source, bound(clipValueMin), bound(clipValueMax)], { shape: source.shape });
  },
};

/** log(1 + x) without the loss of digits near 0: x·log(u)/(u − 1) with u = 1 + x, and x itself where u = 1. */
function recordLog1p(builder: GraphBuilder, x: Value): Value {
  const one = builder.uniform(1, [], x.dtype);
  const u = builder.binary("Add", x, one);
  const ratio = builder.binary("Div", builder.unary("Log", u), builder.binary("Sub", u, one));
  const isOne = builder.binary("Equal", u, one, "bool");
  return builder.emit("Where", [isOne, x, builder.binary("Mul", x, ratio)], {
    shape: x.shape,
    dtype: x.dtype,
  });
}

const reductions: Readonly<Record<string, Recorder>> = {
  Sum: reduction("ReduceSum"),
  Mean: reduction("ReduceMean"),
  Max: reduction("ReduceMax"),
  Min: reduction("ReduceMin"),
  Prod: reduction("ReduceProd"),
  Softmax: (builder, { logits }, { dim }) => {
    const source = logits as Value;
    const axis = axesOf(source, dim)[0] as number;
    return builder.emit("Softmax", [source], { shape: source.shape, attributes: { axis } });
  },
  BatchMatMul: (builder, { a, b }, { transposeA, transposeB }) =>
    recordMatMul(builder, a as Value, b as Value, transposeA === true, transposeB === true),
};

function recordMatMul(
  builder: GraphBuilder,
  a: Value,
  b: Value,
  transposeA: boolean,
  transposeB: boolean,
): Value {
  const rows = a.shape.at(transposeA ? -1 : -2) as number;
  const columns = b.shape.at(transposeB ? -2 : -1) as number;
  const shape = [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
  const flags = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
  if (shape.length === 2) return builder.emit("Gemm", [a, b], { shape, attributes: flags });
  if (!transposeA && !transposeB) return builder.emit("MatMul", [a, b], { shape });
  return builder.emit("FusedMatMul", [a, b], { shape, attributes: flags, domain: "com.microsoft" });
}

const activations: Readonly<Record<string, (builder: GraphBuilder, x: Value) => Value>> = {
  linear: (_, x) => x,
  relu: (builder, x) => builder.unary("Relu", x),
  sigmoid: (builder, x) => builder.unary("Sigmoid", x),
};

/** What tf.fused and tf.layers make: a product or convolution, its bias and an activation in one kernel. */
function recordEpilogue(
  builder: GraphBuilder,
  x: Value,
  bias: Value | undefined,
  activation: unknown,
): Value {
  const activate = activations[(activation ?? "linear") as string];
  if (activate === undefined) {
    throw new RangeError(
      `compile: activation of a fused operation must be ${Object.keys(activations).join(", ")}, got ${String(activation)}`,
    );
  }
  return activate(builder, bias === undefined ? x : builder.binary("Add", x, bias));
}

const fusedRecorders: Readonly<Record<string, Recorder>> = {
  _FusedMatMul: (builder, { a, b, bias }, { transposeA, transposeB, activation }) => {
    const product = recordMatMul(builder, a as Value, b as Value, transposeA === true, transposeB === true);
    return recordEpilogue(builder, product, bias, activation);
  },
  FusedConv2D: (builder, { x, filter, bias }, attributes) =>
    recordEpilogue(
      builder,
      recordConv2D(builder, x as Value, filter as Value, attributes),
      bias,
      attributes.activation,
    ),
  FusedBatchNorm: (builder, { x, mean, variance, offset, scale }, { varianceEpsilon }) => {
    const source = x as Value;
    const epsilon = builder.uniform((varianceEpsilon as number | undefined) ?? 0.001, [], source.dtype);
    const deviation = builder.unary("Sqrt", builder.binary("Add", variance as Value, epsilon));
    const factor = builder.binary("Div", scale ?? builder.uniform(1, [], source.dtype), deviation);
    const centred = builder.binary("Mul", builder.binary("Sub", source, mean as Value), factor);
    return offset === undefined ? centred : builder.binary("Add", centred, offset);
  },
};

/** Every TensorFlow.js kernel that can be compiled, with its recorder. */
const recorders: Readonly<Record<string, Recorder>> = {
  ...arithmetic,
  ...elementwise,
  ...reductions,
  ...layoutRecorders,
  ...indexRecorders,
  ...convolutionRecorders,
  ...fusedRecorders,
};

/** Names of the TensorFlow.js kernels that can be compiled, in alphabetical order. */
export const compiledKernels: readonly string[] = Object.keys(recorders).toSorted();

/** Kernel configurations to register for the tracing backend. */
export function tracingKernels(): KernelConfig[] {
  return Object.entries(recorders).map(([kernelName, record]) => ({
    kernelName,
    backendName: tracingBackendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const tracing = backend as TracingBackend;
      const values = Object.fromEntries(
        Object.entries(inputs as NamedTensorInfoMap)
          .filter((entry): entry is [string, TensorInfo] => entry[1] !== null && entry[1] !== undefined)
          .map(([name, info]) => [name, withShape(tracing, info)]),
      );
      const result = record(tracing.builder, values, attrs ?? {});
      return Array.isArray(result)
        ? (result as Value[]).map((value) => tracing.handle(value))
        : tracing.handle(result as Value);
    },
  }));
}

/** TensorFlow.js may view one buffer under several shapes, so the shape of the handle counts. */
function withShape(tracing: TracingBackend, info: TensorInfo): Value {
  return tracing.builder.reshape(tracing.valueBehind(info), info.shape);
}
