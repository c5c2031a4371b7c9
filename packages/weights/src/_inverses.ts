import { concatenate, reverseAxes, sizeOf, slice, zerosOf } from "./_arrayOperations.js";
import { type Transform, type TransformKind, transforms, widen } from "./_transforms.js";
import type { NamedArray } from "./NamedArray.js";

/** What the writing direction must know beside the tensors. */
export interface InverseContext {
  readonly numHeads: number;
  readonly pooling: "cls" | "mean";
}

type Shape = readonly number[];

const first = (arrays: readonly NamedArray[]) => arrays[0] as NamedArray;

/** What gives the source number `part` of `count` back from timm's tensor; undefined when another rule gives it. */
export function inverseOf(
  kind: TransformKind,
  part: number,
  count: number,
  context: InverseContext,
): Transform | undefined {
  const { numHeads } = context;
  switch (kind) {
    case "copy":
    case "transpose":
      return transforms[kind];
    case "join":
      return partOf(part, count);
    case "convolution kernel":
      return {
        text: "OIHW to HWIO",
        wants: "[D, C, P, P]",
        shape: ([s]) => (s?.length === 4 ? ([s[2], s[3], s[1], s[0]] as number[]) : undefined),
        convert: (arrays, shape) => {
          const [p, q, c, d] = shape as [number, number, number, number];
          return reverseAxes(first(arrays), [d, c, p * q], shape);
        },
      };
    case "join heads":
      return headsOf(part, count, numHeads);
    case "join head biases":
      return reshaped(partOf(part, count), numHeads, ([rows]) => [numHeads, (rows as number) / numHeads]);
    case "output of heads":
      return reshaped(transforms.transpose, numHeads, ([rows, d]) => [
        numHeads,
        (rows as number) / numHeads,
        d as number,
      ]);
    case "add class position":
      return part === 0 ? transforms.copy : undefined;
    case "drop class position":
      return classPosition;
    case "widen head":
      return context.pooling === "cls" ? transforms[kind] : widenForMean;
    case "drop distillation position":
      return undefined;
  }
}

function partOf(part: number, count: number): Transform {
  return {
    text: `part ${part + 1} of ${count}`,
    wants: `[${count}·N, …]`,
    shape: ([s]) =>
      s !== undefined && s.length > 0 && (s[0] as number) % count === 0
        ? [(s[0] as number) / count, ...s.slice(1)]
        : undefined,
    convert: (arrays, shape) => slice(first(arrays), part * sizeOf(shape), shape),
  };
}

/** Rows of timm's fused weight `[3·H·dh, D]` as `[D, H, dh]`. */
function headsOf(part: number, count: number, numHeads: number): Transform {
  return {
    text: `part ${part + 1} of ${count}, transpose`,
    wants: `[${count}·N, D] with N a multiple of ${numHeads} heads`,
    shape: ([s]) => {
      const rows = (s?.[0] as number) / count;
      return s?.length === 2 && rows % numHeads === 0
        ? [s[1] as number, numHeads, rows / numHeads]
        : undefined;
    },
    convert: (arrays, shape) => {
      const [d, heads, dh] = shape as [number, number, number];
      const rows = heads * dh;
      return reverseAxes(slice(first(arrays), part * rows * d, [rows, d]), [rows, 1, d], shape);
    },
  };
}

/** A transform whose rows are split into heads afterwards. */
function reshaped(transform: Transform, numHeads: number, split: (shape: Shape) => Shape): Transform {
  const before = (shape: Shape): Shape => [(shape[0] as number) * (shape[1] as number), ...shape.slice(2)];
  return {
    text: transform.text,
    wants: `${transform.wants} in ${numHeads} heads`,
    shape: (shapes) => {
      const shape = transform.shape(shapes);
      return shape !== undefined && (shape[0] as number) % numHeads === 0 ? split(shape) : undefined;
    },
    convert: (arrays, shape) => ({ ...transform.convert(arrays, before(shape)), shape }),
  };
}

/** A row of −0 before the patches: what is added to it keeps its sign, even a zero. */
const classPosition: Transform = {
  text: "zeros as the class token's position",
  wants: "[1, N, D]",
  shape: ([s]) => (s?.length === 3 && s[0] === 1 ? [1, (s[1] as number) + 1, s[2] as number] : undefined),
  convert: (arrays, shape) => {
    const { dtype } = first(arrays);
    const row = zerosOf(dtype, shape[2] as number);
    if (dtype === "float32" || dtype === "float64") row.fill(-0 as never);
    else row.fill(0x8000 as never);
    return concatenate([{ dtype, shape: [1, 1, shape[2] as number], data: row }, first(arrays)], shape);
  },
};

const widenForMean: Transform = {
  ...transforms["widen head"],
  text: "zeros for the class token",
  convert: (arrays, shape) => widen(first(arrays), shape, (shape[1] as number) / 2),
};
