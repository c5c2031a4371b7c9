import {
  backend_util,
  type KernelConfig,
  type NamedTensorInfoMap,
  slice_util,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { sizeOf } from "../_check.js";
import type { Value } from "./_Graph.js";
import { broadcastShape, type GraphBuilder } from "./_GraphBuilder.js";
import { graphDType, type TracingBackend, tracingBackendName } from "./_TracingBackend.js";

/** Records one TensorFlow.js kernel: values of its inputs by name and its attributes in, values of its outputs out. */
type Recorder = (
  builder: GraphBuilder,
  inputs: Readonly<Record<string, Value>>,
  attributes: Readonly<Record<string, unknown>>,
) => Value | readonly Value[];

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
  Erf: unary("Erf"),
  Exp: unary("Exp"),
  Floor: unary("Floor"),
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

const layout: Readonly<Record<string, Recorder>> = {
  Identity: (_, { x }) => x as Value,
  Cast: (builder, { x }, { dtype }) => builder.cast(x as Value, graphDType(dtype as "float32")),
  Reshape: (builder, { x }, { shape }) => {
    const source = x as Value;
    return builder.reshape(source, completeShape(shape as number[], sizeOf(source.shape)));
  },
  ExpandDims: (builder, { input }, { dim }) => {
    const source = input as Value;
    const axis = (dim as number) < 0 ? source.shape.length + 1 + (dim as number) : (dim as number);
    return builder.reshape(source, [...source.shape.slice(0, axis), 1, ...source.shape.slice(axis)]);
  },
  Transpose: (builder, { x }, { perm }) => builder.transpose(x as Value, perm as number[]),
  BroadcastTo: (builder, { x }, { shape }) => builder.expand(x as Value, shape as number[]),
  Tile: (builder, { x }, { reps }) => {
    const source = x as Value;
    const shape = source.shape.map((size, axis) => size * ((reps as number[])[axis] as number));
    if (source.shape.every((size, axis) => size === 1 || size === shape[axis]))
      return builder.expand(source, shape);
    return builder.emit("Tile", [source], { shape, ints: [reps as number[]] });
  },
  Slice: (builder, { x }, { begin, size }) => {
    const source = x as Value;
    const params = slice_util.parseSliceParams(
      { shape: [...source.shape] } as never,
      begin as number[],
      size as number[],
    );
    return recordSlice(builder, source, params[0] as number[], params[1] as number[]);
  },
  PadV2: (builder, { x }, { paddings, constantValue }) => {
    const source = x as Value;
    const pads = paddings as [number, number][];
    const shape = source.shape.map((size, axis) => size + (pads[axis]?.[0] ?? 0) + (pads[axis]?.[1] ?? 0));
    if ((constantValue ?? 0) !== 0)
      throw new RangeError(`compile: pad must fill with 0, got ${String(constantValue)}`);
    return builder.emit("Pad", [source], {
      shape,
      ints: [[...pads.map(([before]) => before), ...pads.map(([, after]) => after)]],
    });
  },
  Concat: (builder, inputs, { axis }) => {
    const parts = Object.values(inputs).filter(({ shape }) => sizeOf(shape) > 0);
    const first = parts[0] as Value;
    const along = axesOf(first, axis)[0] as number;
    if (parts.length === 1) return first;
    const total = parts.reduce((sum, { shape }) => sum + (shape[along] as number), 0);
    return builder.emit("Concat", parts, {
      shape: first.shape.with(along, total),
      attributes: { axis: along },
    });
  },
  Pack: (builder, inputs, { axis }) => {
    const parts = Object.values(inputs);
    const shape = (parts[0] as Value).shape;
    const along = (axis as number) < 0 ? shape.length + 1 + (axis as number) : (axis as number);
    const single = [...shape.slice(0, along), 1, ...shape.slice(along)];
    const reshaped = parts.map((part) => builder.reshape(part, single));
    if (reshaped.length === 1) return reshaped[0] as Value;
    return builder.emit("Concat", reshaped, {
      shape: single.with(along, parts.length),
      attributes: { axis: along },
    });
  },
  SplitV: (builder, { x }, { numOrSizeSplits, axis }) => {
    const source = x as Value;
    const along = axesOf(source, axis)[0] as number;
    const sizes = backend_util.prepareSplitSize(
      { shape: source.shape } as never,
      numOrSizeSplits as number[],
      along,
    );
    return recordSplit(builder, source, sizes, along);
  },
  Unpack: (builder, { value }, { axis }) => {
    const source = value as Value;
    const along = axesOf(source, axis)[0] as number;
    const ones = new Array<number>(source.shape[along] as number).fill(1);
    const shape = source.shape.filter((_, i) => i !== along);
    return recordSplit(builder, source, ones, along).map((part) => builder.reshape(part, shape));
  },
  Fill: (builder, _, { shape, value, dtype }) =>
    builder.uniform(
      value as number,
      shape as number[],
      graphDType((dtype as "float32" | undefined) ?? "float32"),
    ),
  ZerosLike: (builder, { x }) => builder.uniform(0, (x as Value).shape, (x as Value).dtype),
  OnesLike: (builder, { x }) => builder.uniform(1, (x as Value).shape, (x as Value).dtype),
};

function recordSlice(
  builder: GraphBuilder,
  x: Value,
  starts: readonly number[],
  sizes: readonly number[],
): Value {
  if (x.fill !== undefined) return builder.uniform(x.fill, sizes, x.dtype);
  const axes = sizes.map((_, axis) => axis).filter((axis) => sizes[axis] !== x.shape[axis]);
  if (axes.length === 0) return x;
  const begin = axes.map((axis) => starts[axis] as number);
  const end = axes.map((axis) => (starts[axis] as number) + (sizes[axis] as number));
  return builder.emit("Slice", [x], { shape: sizes, ints: [begin, end, axes] });
}

function recordSplit(
  builder: GraphBuilder,
  x: Value,
  sizes: readonly number[],
  axis: number,
): readonly Value[] {
  if (sizes.length === 1) return [x];
  const parts = sizes.map((size) => ({
    shape: x.shape.with(axis, size),
    ints: [sizes],
    attributes: { axis },
  }));
  if (x.fill !== undefined)
    return parts.map(({ shape }) => builder.uniform(x.fill as number, shape, x.dtype));
  return builder.emitAll("Split", [x], parts);
}

function axesOf({ shape }: Value, axis: unknown): readonly number[] {
  const list = typeof axis === "number" ? [axis] : (axis as readonly number[] | null | undefined);
  const all = shape.map((_, i) => i);
  if (list === null || list === undefined) return all;
  const wanted = list.map((i) => (i < 0 ? shape.length + i : i));
  return all.filter((i) => wanted.includes(i));
}

function completeShape(shape: readonly number[], size: number): number[] {
  const known = shape.reduce((product, axis) => (axis === -1 ? product : product * axis), 1);
  return shape.map((axis) => (axis === -1 ? size / known : axis));
}

/** Every TensorFlow.js kernel that can be compiled, with its recorder. */
const recorders: Readonly<Record<string, Recorder>> = {
  ...arithmetic,
  ...elementwise,
  ...reductions,
  ...layout,
};

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
