import type { Value } from "./_Graph.js";
import type { GraphBuilder } from "./_GraphBuilder.js";

/** Records one TensorFlow.js kernel: values of its inputs by name and its attributes in, values of its outputs out. */
export type Recorder = (
  builder: GraphBuilder,
  inputs: Readonly<Record<string, Value>>,
  attributes: Readonly<Record<string, unknown>>,
) => Value | readonly Value[];

/** Axes that an attribute names, ascending from 0; all of them where it names none. */
export function axesOf({ shape }: Value, axis: unknown): readonly number[] {
  const list = typeof axis === "number" ? [axis] : (axis as readonly number[] | null | undefined);
  const all = shape.map((_, i) => i);
  if (list === null || list === undefined) return all;
  const wanted = list.map((i) => (i < 0 ? shape.length + i : i));
  return all.filter((i) => wanted.includes(i));
}
