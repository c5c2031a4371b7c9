import { sizeOf } from "../_check.js";
import type { Graph, GraphDType, Value } from "./_Graph.js";

/** Bytes of one element. */
const bytesPerElement: Readonly<Record<GraphDType, number>> = {
  float32: 4,
  int32: 4,
  int64: 8,
  float16: 2,
  bfloat16: 2,
  bool: 1,
  uint8: 1,
};

/** Operations that show their operand under another shape and copy nothing. */
const views: ReadonlySet<string> = new Set(["Reshape", "Identity", "Squeeze", "Unsqueeze", "Flatten"]);

/**
 * Most bytes that intermediate results hold at a time when the nodes run in their order and each result is let go after
 * its last reader. Inputs, constants and the next state, which have buffers of their own, are not counted; outputs are.
 *
 * Two things are left out, of opposite sign: an engine may write a result into its operand's buffer, and may hold more
 * than it uses.
 */
export function activationMemory({ nodes, outputs }: Graph): number {
  const held = new Map<Value, Value>();
  const bufferOf = (value: Value): Value => held.get(value) ?? value;
  for (const { op, inputs, outputs } of nodes)
    if (views.has(op)) held.set(outputs[0] as Value, bufferOf(inputs[0] as Value));
  const kept = new Set([...outputs.values()].map(bufferOf));
  const isState = new Set(
    [...outputs].flatMap(([name, value]) => (/^next[:-]/.test(name) ? [bufferOf(value)] : [])),
  );
  const lastReader = new Map<Value, number>();
  for (const [i, { inputs }] of nodes.entries())
    for (const value of inputs) lastReader.set(bufferOf(value), i);
  let live = 0;
  let most = 0;
  for (const [i, { inputs, outputs }] of nodes.entries()) {
    const made = outputs.filter((value) => !held.has(value) && !isState.has(value));
    for (const value of made) live += bytesOf(value);
    most = Math.max(most, live);
    const read = [...inputs.map(bufferOf), ...made];
    for (const value of new Set(read)) {
      if (value.producer === undefined || isState.has(value) || kept.has(value)) continue;
      if ((lastReader.get(value) ?? i) === i) live -= bytesOf(value);
    }
  }
  return most;
}

function bytesOf({ dtype, shape }: Value): number {
  return bytesPerElement[dtype] * sizeOf(shape);
}
