import type { Value } from "./_Graph.js";
import type { GraphBuilder } from "./_GraphBuilder.js";
import { axesOf, type Recorder } from "./_Recorder.js";
import { graphDType } from "./_TracingBackend.js";

const arg =
  (op: "ArgMax" | "ArgMin"): Recorder =>
  (builder, { x }, { axis }) => {
    const source = x as Value;
    const along = axesOf(source, axis ?? 0)[0] as number;
    const shape = source.shape.filter((_, i) => i !== along);
    const found = builder.emit(op, [source], {
      shape,
      dtype: "int64",
      attributes: { axis: along, keepdims: 0 },
    });
    return builder.cast(found, "int32");
  };

/** Kernels that take or give indices. */
export const indexRecorders: Readonly<Record<string, Recorder>> = {
  ArgMax: arg("ArgMax"),
  ArgMin: arg("ArgMin"),
  GatherV2: (builder, { x, indices }, { axis, batchDims }) => {
    const [source, rows] = [x as Value, indices as Value];
    if ((batchDims ?? 0) !== 0)
      throw new RangeError(`compile: batchDims of gather must be 0, got ${String(batchDims)}`);
    const along = axesOf(source, axis ?? 0)[0] as number;
    const shape = [...source.shape.slice(0, along), ...rows.shape, ...source.shape.slice(along + 1)];
    return builder.emit("Gather", [source, rows], { shape, attributes: { axis: along } });
  },
  UnsortedSegmentSum: (builder, { x, segmentIds }, { numSegments }) => {
    const [values, ids] = [x as Value, segmentIds as Value];
    const shape = [numSegments as number, ...values.shape.slice(ids.shape.length)];
    const places = builder.cast(builder.reshape(ids, [...ids.shape, 1]), "int64");
    return scatterAdd(builder, shape, places, values);
  },
  OneHot: (builder, { indices }, { depth, onValue, offValue, dtype }) => {
    const source = indices as Value;
    const shape = [...source.shape, depth as number];
    const kind = graphDType((dtype ?? "int32") as "int32");
    const classes = builder.constant(
      Int32Array.from({ length: depth as number }, (_, i) => i),
      [depth as number],
      "int32",
    );
    const column = builder.reshape(builder.cast(source, "int32"), [...source.shape, 1]);
    const isClass = builder.binary("Equal", column, classes, "bool");
    const value = (given: unknown, usual: number) =>
      builder.uniform((given as number | undefined) ?? usual, [], kind);
    return builder.emit("Where", [isClass, value(onValue, 1), value(offValue, 0)], { shape, dtype: kind });
  },
  TopK: (builder, { x }, { k }) => {
    const source = x as Value;
    const shape = source.shape.with(-1, k as number);
    const attributes = { axis: -1, largest: 1, sorted: 1 };
    const ints = [[k as number]];
    const [values, places] = builder.emitAll(
      "TopK",
      [source],
      [
        { shape, dtype: source.dtype, ints, attributes },
        { shape, dtype: "int64" },
      ],
    ) as [Value, Value];
    return [values, builder.cast(places, "int32")];
  },
  Cumsum: (builder, { x }, { axis, exclusive, reverse }) => {
    const source = x as Value;
    const along = axesOf(source, axis ?? 0)[0] as number;
    return builder.emit("CumSum", [source], {
      shape: source.shape,
      ints: [[along]],
      attributes: { exclusive: exclusive === true ? 1 : 0, reverse: reverse === true ? 1 : 0 },
    });
  },
  Reverse: (builder, { x }, { dims }) => {
    const source = x as Value;
    const axes = axesOf(source, dims);
    const all = (value: number) => axes.map(() => value);
    return builder.emit("Slice", [source], {
      shape: source.shape,
      ints: [all(-1), all(-(2 ** 31)), axes, all(-1)],
    });
  },
  Range: (builder, _, { start, stop, step, dtype }) => {
    const [first, by] = [start as number, (step ?? 1) as number];
    const length = Math.max(0, Math.ceil(((stop as number) - first) / by));
    const numbers = Array.from({ length }, (_, i) => first + i * by);
    return builder.constant(
      dtype === "int32" ? Int32Array.from(numbers) : Float32Array.from(numbers),
      [length],
      graphDType((dtype ?? "float32") as "float32"),
    );
  },
};

/** Zeros of the shape, with each of the updates added where its indices say. */
export function scatterAdd(
  builder: GraphBuilder,
  shape: readonly number[],
  indices: Value,
  updates: Value,
): Value {
  const zeros = builder.uniform(0, shape, updates.dtype);
  return builder.emit("ScatterND", [zeros, indices, updates], {
    shape,
    dtype: updates.dtype,
    attributes: { reduction: { text: "add" } },
  });
}
