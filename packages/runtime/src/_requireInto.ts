import { sizeOf } from "./_check.js";
import type { NamedArray } from "./NamedArray.js";

/** Refuses arrays to read a state into that are not exactly those of the state. */
export function requireInto(
  declared: ReadonlyMap<string, NamedArray>,
  into: ReadonlyMap<string, NamedArray>,
): void {
  for (const name of into.keys()) {
    if (!declared.has(name))
      throw new RangeError(`readState: into must hold the entries of the state and no others, got "${name}"`);
  }
  for (const [name, { dtype, shape }] of declared) {
    const given = into.get(name);
    if (given === undefined)
      throw new RangeError(`readState: into must hold every entry of the state, got none named "${name}"`);
    const kind = dtype === "int32" ? Int32Array : Float32Array;
    const fits = given.dtype === dtype && given.shape.join() === shape.join();
    if (!fits || !(given.data instanceof kind) || given.data.length !== sizeOf(shape))
      throw new RangeError(
        `readState: into must hold "${name}" as ${dtype} [${shape.join(", ")}] in a ${kind.name} of ${sizeOf(shape)} elements, got ${given.dtype} [${given.shape.join(", ")}] in a ${given.data?.constructor?.name} of ${given.data?.length}`,
      );
  }
}
