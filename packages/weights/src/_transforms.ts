import { concatenate, reverseAxes, sizeOf, slice, zerosOf } from "./_arrayOperations.js";
import type { NamedArray, WeightDType } from "./NamedArray.js";
import { toFloat32 } from "./toFloat32.js";

/** How tensors of a layout become one of timm's. */
export type TransformKind =
  | "copy"
  | "join"
  | "transpose"
  | "convolution kernel"
  | "join heads"
  | "join head biases"
  | "output of heads"
  | "add class position"
  | "drop class position"
  | "drop distillation position"
  | "widen head";

type Shape = readonly number[];

/** What makes one tensor of several. */
export interface Transform {
  /** What is done, for a report. */
  readonly text: string;
  /** Shapes that fit, for an error. */
  readonly wants: string;
  /** Shape of the result; undefined when the sources do not fit. */
  readonly shape: (shapes: readonly Shape[]) => Shape | undefined;
  /** Element type of the result; left out, that of the sources. */
  readonly dtype?: (dtype: WeightDType) => WeightDType;
  /** The result; `shape` is what the function of that name gave. */
  readonly convert: (arrays: readonly NamedArray[], shape: Shape) => NamedArray;
}

const first = (arrays: readonly NamedArray[]) => arrays[0] as NamedArray;
const isSame = (a: Shape, b: Shape | undefined) => a.join() === b?.join();

/** One source of the given rank. */
function ofRank(rank: number, shape: (axes: number[]) => Shape | undefined): Transform["shape"] {
  return ([axes]) => (axes?.length === rank ? shape([...axes]) : undefined);
}

/** Equal sources of the given rank. */
function ofEqual(rank: number, shape: (axes: number[], count: number) => Shape): Transform["shape"] {
  return (shapes) => {
    const [axes] = shapes;
    return axes?.length === rank && shapes.every((other) => isSame(axes, other))
      ? shape([...axes], shapes.length)
      : undefined;
  };
}

/** A position table `[1, N, D]` that has at least `rows` rows before the patches. */
const table = (rows: number, shape: (n: number, d: number) => Shape) =>
  ofRank(3, ([one, n, d]) =>
    one === 1 && (n as number) > rows ? shape(n as number, d as number) : undefined,
  );

const product = ([a, b]: Shape) => (a as number) * (b as number);

/** Transforms of the reading direction. */
export const transforms: Readonly<Record<TransformKind, Transform>> = {
  copy: {
    text: "copy",
    wants: "any shape",
    shape: ([shape]) => shape,
    convert: (arrays, shape) => ({ ...first(arrays), shape }),
  },
  join: {
    text: "join",
    wants: "equal shapes [N, …]",
    shape: (shapes) => {
      const [axes] = shapes;
      if (axes === undefined || axes.length === 0 || !shapes.every((shape) => isSame(axes, shape))) return;
      return [(axes[0] as number) * shapes.length, ...axes.slice(1)];
    },
    convert: concatenate,
  },
  transpose: {
    text: "transpose",
    wants: "[in, out]",
    shape: ofRank(2, ([a, b]) => [b as number, a as number]),
    convert: (arrays, shape) =>
      reverseAxes(first(arrays), [shape[1] as number, 1, shape[0] as number], shape),
  },
  "convolution kernel": {
    text: "HWIO to OIHW",
    wants: "[P, P, C, D]",
    shape: ofRank(4, (axes) => [axes[3], axes[2], axes[0], axes[1]] as number[]),
    convert: (arrays, shape) => {
      const [d, c, ...p] = shape as [number, number, number, number];
      return reverseAxes(first(arrays), [product(p), c, d], shape);
    },
  },
  "join heads": {
    text: "transpose and join",
    wants: "equal shapes [D, H, D/H]",
    shape: ofEqual(3, ([d, ...heads], count) => [product(heads) * count, d as number]),
    convert: (arrays, shape) => {
      const [rows, d] = [(shape[0] as number) / arrays.length, shape[1] as number];
      return concatenate(
        arrays.map((array) => reverseAxes(array, [d, 1, rows], [rows, d])),
        shape,
      );
    },
  },
  "join head biases": {
    text: "join",
    wants: "equal shapes [H, D/H]",
    shape: ofEqual(2, (heads, count) => [product(heads) * count]),
    convert: concatenate,
  },
  "output of heads": {
    text: "transpose",
    wants: "[H, D/H, D]",
    shape: ofRank(3, ([h, dh, d]) => [d as number, product([h as number, dh as number])]),
    convert: (arrays, shape) =>
      reverseAxes(first(arrays), [shape[1] as number, 1, shape[0] as number], shape),
  },
  "add class position": {
    text: "add the class token's position",
    wants: "[1, 1, D] and [1, N, D]",
    shape: ([token, positions]) =>
      token?.length === 3 && positions?.length === 3 && token[2] === positions[2] && token[1] === 1
        ? token
        : undefined,
    dtype: (dtype) => (dtype === "float64" ? dtype : "float32"),
    convert: ([token, positions], shape) => addFirstRow(token as NamedArray, positions as NamedArray, shape),
  },
  "drop class position": {
    text: "drop the class token's position",
    wants: "[1, 1 + N, D]",
    shape: table(1, (n, d) => [1, n - 1, d]),
    convert: (arrays, shape) => slice(first(arrays), shape[2] as number, shape),
  },
  "drop distillation position": {
    text: "drop the distillation token's position",
    wants: "[1, 2 + N, D]",
    shape: table(2, (n, d) => [1, n - 1, d]),
    convert: (arrays, shape) => {
      const [, n, d] = shape as [number, number, number];
      return concatenate([slice(first(arrays), 0, [d]), slice(first(arrays), 2 * d, [n - 1, d])], shape);
    },
  },
  "widen head": {
    text: "zeros for the mean of the patches",
    wants: "[K, D]",
    shape: ofRank(2, ([k, d]) => [k as number, 2 * (d as number)]),
    convert: (arrays, shape) => widen(first(arrays), shape, 0),
  },
};

/** Half precisions are added, and stay, in single precision. */
function addFirstRow(token: NamedArray, positions: NamedArray, shape: Shape): NamedArray {
  const isDouble = token.dtype === "float64";
  const [a, b] = [token, positions].map((array) => (isDouble ? array.data : toFloat32(array))) as [
    Float32Array,
    Float32Array,
  ];
  const sum = a.slice();
  for (let i = 0; i < sum.length; i++) sum[i] = (a[i] as number) + (b[i] as number);
  return { dtype: isDouble ? "float64" : "float32", shape, data: sum };
}

/** The rows with as many zeros behind them, or before them. */
export function widen(array: NamedArray, shape: Shape, offset: number): NamedArray {
  const [k, wide] = shape as [number, number];
  const d = wide / 2;
  const data = zerosOf(array.dtype, sizeOf(shape));
  for (let row = 0; row < k; row++)
    (data as Float32Array).set(
      array.data.subarray(row * d, (row + 1) * d) as Float32Array,
      row * wide + offset,
    );
  return { dtype: array.dtype, shape, data };
}
