import type { CompiledStep, NamedArray } from "@cxrkit/runtime";
import { slotName, slotsOf } from "./_optimizer.js";
import type { RunPlan } from "./_planRun.js";

/**
 * Names the first parameter whose gradient was not finite in the update just made, as the end of a message.
 *
 * Where the gradients were clipped to a norm, one that is not finite has spoilt them all, so their squares are looked
 * at; else what is not finite in the state stands exactly where the gradient was not.
 */
export async function blamedParameter(
  plan: RunPlan,
  compiled: CompiledStep,
  outputs: Readonly<Record<string, NamedArray>>,
): Promise<string> {
  const squares = outputs.gradientSquares?.data;
  const state = squares === undefined ? await compiled.readState() : new Map<string, NamedArray>();
  const slots = [...(plan.accumulate > 1 ? ["gradient"] : []), ...slotsOf(plan)];
  const broken = ([i, name]: readonly [number, string]) => {
    if (squares !== undefined) return !Number.isFinite(squares[i]);
    return [name, ...slots.map((slot) => slotName(slot, name))].some(
      (entry) => (state.get(entry)?.data as Float32Array | undefined)?.every(Number.isFinite) === false,
    );
  };
  const name = [...plan.trainable.entries()].find(broken)?.[1];
  return name === undefined ? "" : `; the first parameter whose gradient is not finite is ${name}`;
}
