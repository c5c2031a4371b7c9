import { sizeOf } from "../_check.js";
import type { Value } from "./_Graph.js";
import { commutative } from "./_GraphBuilder.js";

/** Values that a pattern has found, by the names it gives them. */
export type Found = Readonly<Record<string, Value>>;

/** Every way in which a value can be what the pattern describes, given what was found so far. */
export type Pattern = (value: Value, found: Found) => readonly Found[];

/** The first way in which a value fits the pattern, or undefined. */
export function match(pattern: Pattern, value: Value, found: Found = {}): Found | undefined {
  return pattern(value, found)[0];
}

/** Any value; the same name twice is the same value twice. */
export function any(name: string): Pattern {
  return (value, found) => {
    const known = found[name];
    if (known !== undefined) return known === value ? [found] : [];
    return [{ ...found, [name]: value }];
  };
}

/** A constant whose elements all have this value. */
export function number(expected: number): Pattern {
  const exact = Math.fround(expected);
  return ({ fill }, found) => (fill === exact ? [found] : []);
}

/** A constant of one element, under a name. */
export function anyNumber(name: string): Pattern {
  const here = any(name);
  return (value, found) => (value.fill !== undefined && sizeOf(value.shape) === 1 ? here(value, found) : []);
}

/** The result of an operation on these operands, in either order where the operation does not mind. */
export function node(op: string, ...operands: readonly Pattern[]): Pattern {
  const inOrder = (inputs: readonly Value[], found: Found): readonly Found[] =>
    operands.reduce<readonly Found[]>(
      (ways, pattern, i) => ways.flatMap((way) => pattern(inputs[i] as Value, way)),
      [found],
    );
  return ({ producer }, found) => {
    if (producer?.op !== op || producer.inputs.length !== operands.length) return [];
    if (producer.outputs.length !== 1) return [];
    const straight = inOrder(producer.inputs, found);
    return commutative.has(op) ? [...straight, ...inOrder(producer.inputs.toReversed(), found)] : straight;
  };
}

/** A value that is also to be known under a name. */
export function named(name: string, pattern: Pattern): Pattern {
  const here = any(name);
  return (value, found) => pattern(value, found).flatMap((way) => here(value, way));
}

/** Mean, sum … over the last axis, which stays as an axis of size 1, or does not. */
export function alongRows(op: "ReduceMean" | "ReduceSum", operand: Pattern, keepdims: 0 | 1 = 1): Pattern {
  const reduced = node(op, operand);
  return (value, found) => {
    const reduction = value.producer;
    const rank = reduction?.inputs[0]?.shape.length ?? 0;
    if (reduction?.attributes.keepdims !== keepdims) return [];
    return reduction.ints[0]?.join() === String(rank - 1) ? reduced(value, found) : [];
  };
}
