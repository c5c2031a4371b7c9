import { backend_util, slice_util } from "@tensorflow/tfjs-core";
import { sizeOf } from "../_check.js";
import type { Value } from "./_Graph.js";
import type { GraphBuilder } from "./_GraphBuilder.js";
import { axesOf, type Recorder } from "./_Recorder.js";
import { graphDType } from "./_TracingBackend.js";

/** Kernels that move numbers and compute none. */
export const layoutRecorders: Readonly<Record<string, Recorder>> = {
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
    if (pads.every(([before, after]) => before === 0 && after === 0)) return source;
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

function completeShape(shape: readonly number[], size: number): number[] {
  const known = shape.reduce((product, axis) => (axis === -1 ? product : product * axis), 1);
  return shape.map((axis) => (axis === -1 ? size / known : axis));
}
