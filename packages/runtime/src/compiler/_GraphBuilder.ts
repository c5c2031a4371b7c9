import { sizeOf } from "../_check.js";
import type { Attribute, GraphData, GraphDType, Node, Value } from "./_Graph.js";

/** What {@link GraphBuilder.emit} needs besides the operation and its inputs. */
export interface EmitOptions {
  readonly shape: readonly number[];
  readonly dtype?: GraphDType;
  readonly ints?: readonly (readonly number[])[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: Node["domain"];
}

/** Operations of two operands that do not mind their order. */
export const commutative: ReadonlySet<string> = new Set(["Add", "Mul", "Max", "Min", "Equal", "And", "Or"]);

const foldBinary: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Max: Math.max,
  Min: Math.min,
};

const foldUnary: Readonly<Record<string, (a: number) => number>> = {
  Neg: (a) => -a,
  Abs: Math.abs,
  Exp: Math.exp,
  Sqrt: Math.sqrt,
  Reciprocal: (a) => 1 / a,
};

/** Elements that a uniform constant may have to be stored as they are instead of being expanded at run time. */
const smallConstant = 64;

/**
 * Collects nodes and simplifies while it does: equal nodes become one, reshapes and transposes of their like are
 * merged, uniform constants are folded, and broadcasts are pushed towards the end, where most of them vanish.
 */
export class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly #seen = new Map<string, readonly Value[]>();
  readonly #constants = new Map<string, Value>();
  #numValues: number;

  /** @param firstId - Number of the first value, above those of a graph that is being rewritten. */
  constructor(firstId = 0) {
    this.#numValues = firstId;
  }

  input(shape: readonly number[], dtype: GraphDType): Value {
    return { id: this.#numValues++, dtype, shape };
  }

  /** A constant whose elements are all `fill`. */
  uniform(fill: number, shape: readonly number[], dtype: GraphDType): Value {
    const exact = dtype === "float32" ? Math.fround(fill) : fill;
    const key = `${Object.is(exact, -0) ? "-0" : exact}|${shape.join()}|${dtype}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const value: Value = { id: this.#numValues++, dtype, shape, fill: exact };
    this.#constants.set(key, value);
    return value;
  }

  /** A constant with the given elements; recognises uniform ones. */
  constant(data: GraphData, shape: readonly number[], dtype: GraphDType): Value {
    if (isUniform(data)) return this.uniform(data[0] as number, shape, dtype);
    return { id: this.#numValues++, dtype, shape, data: data.slice() };
  }

  /** Adds a node, or gives back the outputs of an equal one. */
  emitAll(op: string, inputs: readonly Value[], outputs: readonly EmitOptions[]): readonly Value[] {
    const { ints = [], attributes = {}, domain = "" } = outputs[0] as EmitOptions;
    const operands = inputs.map((value) => this.#operand(value));
    if (commutative.has(op)) operands.sort((a, b) => a.id - b.id);
    const results = outputs.map(({ shape, dtype = operands[0]?.dtype ?? "float32" }) => ({ shape, dtype }));
    const key = keyOf({ op, inputs: operands, ints, attributes }, results);
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    const values = results.map(({ shape, dtype }): Value => ({ id: this.#numValues++, dtype, shape }));
    const node: Node = { op, domain, inputs: operands, ints, attributes, outputs: values };
    for (const value of values) value.producer = node;
    this.nodes.push(node);
    this.#seen.set(key, values);
    return values;
  }

  /** Adds a node as it is, or gives back the outputs of an equal one. */
  adopt(node: Node): readonly Value[] {
    const key = keyOf(node, node.outputs);
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    this.nodes.push(node);
    this.#seen.set(key, node.outputs);
    return node.outputs;
  }

  emit(op: string, inputs: readonly Value[], options: EmitOptions): Value {
    return this.emitAll(op, inputs, [options])[0] as Value;
  }

  /** Elementwise function of one operand. */
  unary(op: string, x: Value, dtype: GraphDType = x.dtype): Value {
    const fold = foldUnary[op];
    if (x.fill !== undefined && fold !== undefined && dtype === x.dtype)
      return this.uniform(fold(x.fill), x.shape, dtype);
    const source = expandedFrom(x);
    if (source !== undefined) return this.expand(this.unary(op, source, dtype), x.shape);
    return this.emit(op, [x], { shape: x.shape, dtype });
  }

  /** Elementwise function of two operands, with broadcasting. */
  binary(op: string, a: Value, b: Value, dtype: GraphDType = a.dtype): Value {
    const shape = broadcastShape(a.shape, b.shape);
    const fold = foldBinary[op];
    if (a.fill !== undefined && b.fill !== undefined && fold !== undefined && dtype === a.dtype) {
      return this.uniform(fold(a.fill, b.fill), shape, dtype);
    }
    if (isNeutral(op, b)) return this.expand(a, shape);
    if ((op === "Add" || op === "Mul") && isNeutral(op, a)) return this.expand(b, shape);
    const x = this.#narrow(a, b.shape, shape);
    const y = this.#narrow(b, x.shape, shape);
    const narrow = broadcastShape(x.shape, y.shape);
    return this.expand(this.emit(op, [x, y], { shape: narrow, dtype }), shape);
  }

  /** Repeats size-1 axes up to `shape`. */
  expand(x: Value, shape: readonly number[]): Value {
    if (sameShape(x.shape, shape)) return x;
    if (x.fill !== undefined) return this.uniform(x.fill, shape, x.dtype);
    const source = expandedFrom(x) ?? x;
    if (sizeOf(source.shape) === sizeOf(shape)) return this.reshape(source, shape);
    return this.emit("Expand", [source], { shape, dtype: x.dtype, ints: [shape] });
  }

  reshape(x: Value, shape: readonly number[]): Value {
    if (sameShape(x.shape, shape)) return x;
    if (x.fill !== undefined) return this.uniform(x.fill, shape, x.dtype);
    const source = x.producer?.op === "Reshape" ? (x.producer.inputs[0] as Value) : x;
    if (source !== x) return this.reshape(source, shape);
    return this.emit("Reshape", [source], { shape, dtype: x.dtype, ints: [shape] });
  }

  transpose(x: Value, perm: readonly number[]): Value {
    const shape = perm.map((axis) => x.shape[axis] as number);
    if (x.fill !== undefined) return this.uniform(x.fill, shape, x.dtype);
    const moved = perm.filter((axis) => x.shape[axis] !== 1);
    if (moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number))) return this.reshape(x, shape);
    if (x.producer?.op === "Transpose") {
      const first = x.producer.attributes.perm as readonly number[];
      return this.transpose(
        x.producer.inputs[0] as Value,
        perm.map((axis) => first[axis] as number),
      );
    }
    return this.emit("Transpose", [x], { shape, dtype: x.dtype, attributes: { perm } });
  }

  /** Sum, mean, maximum … over `axes`, which disappear. */
  reduce(op: string, x: Value, axes: readonly number[]): Value {
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    if (axes.every((axis) => x.shape[axis] === 1)) return this.reshape(x, shape);
    return this.emit(op, [x], { shape, dtype: x.dtype, ints: [axes], attributes: { keepdims: 0 } });
  }

  cast(x: Value, dtype: GraphDType): Value {
    if (x.dtype === dtype) return x;
    if (x.fill !== undefined) return this.uniform(castNumber(x.fill, dtype), x.shape, dtype);
    const source = expandedFrom(x);
    if (source !== undefined) return this.expand(this.cast(source, dtype), x.shape);
    return this.emit("Cast", [x], { shape: x.shape, dtype, attributes: { to: onnxType[dtype] } });
  }

  /** A uniform constant becomes a scalar that is expanded where it is used; others stay as they are. */
  #operand(x: Value): Value {
    if (x.fill === undefined || sizeOf(x.shape) <= smallConstant) return x;
    return this.emit("Expand", [this.uniform(x.fill, [], x.dtype)], {
      shape: x.shape,
      dtype: x.dtype,
      ints: [x.shape],
    });
  }

  /** The smallest form of an operand that still broadcasts to `shape` together with the other operand. */
  #narrow(x: Value, other: readonly number[], shape: readonly number[]): Value {
    if (x.fill !== undefined) return this.uniform(x.fill, [], x.dtype);
    const source = expandedFrom(x);
    if (source === undefined) return x;
    // Worth it even if the result must then be expanded: the arithmetic is done on fewer elements.
    return sizeOf(broadcastShape(source.shape, other)) <= sizeOf(shape) ? source : x;
  }
}

/** ONNX element type numbers. */
export const onnxType: Readonly<Record<GraphDType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
};

/** Shape of the result of an elementwise function of two operands. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new RangeError(`compile: shapes must broadcast, got [${a.join(", ")}] and [${b.join(", ")}]`);
    }
    return sizeA === 1 ? sizeB : sizeA;
  });
}

function keyOf(
  { op, inputs, ints, attributes }: Pick<Node, "op" | "inputs" | "ints" | "attributes">,
  results: readonly Pick<Value, "shape" | "dtype">[],
): string {
  const ids = inputs.map(({ id }) => id);
  if (commutative.has(op)) ids.sort((a, b) => a - b);
  return JSON.stringify([op, ids, ints, attributes, results.map(({ shape, dtype }) => [shape, dtype])]);
}

/** A plain loop over bits: the ones that gradients of sums make are as large as the activations. */
function isUniform(data: GraphData): boolean {
  const bits =
    data instanceof Float32Array ? new Int32Array(data.buffer, data.byteOffset, data.length) : data;
  const first = bits[0];
  for (let i = 1; i < bits.length; i++) if (bits[i] !== first) return false;
  return first !== undefined;
}

function expandedFrom(x: Value): Value | undefined {
  return x.producer?.op === "Expand" ? x.producer.inputs[0] : undefined;
}

function isNeutral(op: string, x: Value): boolean {
  return x.fill === (op === "Add" || op === "Sub" ? 0 : op === "Mul" || op === "Div" ? 1 : Number.NaN);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function castNumber(value: number, dtype: GraphDType): number {
  if (dtype === "bool") return value === 0 ? 0 : 1;
  return dtype === "int32" ? Math.trunc(value) : value;
}
