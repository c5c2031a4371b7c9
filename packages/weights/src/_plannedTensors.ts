import { byteLengthOf } from "./_byteLengthOf.js";
import { dtypes } from "./_dtypes.js";
import type { TensorInfo } from "./Checkpoint.js";
import type { NamedArray } from "./NamedArray.js";
import type { NamedArrays, TensorSource } from "./TensorSource.js";

/** A tensor that is going to be written. */
export interface PlannedTensor extends TensorInfo {
  readonly name: string;
  readonly byteLength: number;
  /** Its bytes, checked against the plan. */
  readonly read: () => Promise<Uint8Array>;
}

/** Checks everything that can be known before a byte is written. */
export function plannedTensors(caller: string, tensors: NamedArrays | TensorSource): PlannedTensor[] {
  if (isSource(tensors)) {
    const names = new Set(tensors.names);
    if (names.size !== tensors.names.length) {
      throw new RangeError(
        `${caller}: names must be given once each, got ${tensors.names.length} with ${names.size} different`,
      );
    }
    return tensors.names.map((name) => planned(caller, name, tensors.info(name), tensors.get));
  }
  const given: [string, NamedArray][] = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  return given.map(([name, array]) => {
    const plan = planned(caller, name, array, () => array);
    requireData(caller, plan, array);
    return plan;
  });
}

/** Gives the tensors' bytes in order and reads the next one while one is being written: two in memory, no more. */
export async function* readAhead(tensors: readonly PlannedTensor[]): AsyncGenerator<Uint8Array> {
  let next = tensors[0]?.read();
  for (let i = 0; next !== undefined; i++) {
    const bytes = await next;
    next = tensors[i + 1]?.read();
    // Awaited in the next round; if the caller stops before, its failure is nobody's.
    next?.catch(() => undefined);
    yield bytes;
  }
}

/** Whether tensors are asked for one after the other. */
export function isSource(tensors: NamedArrays | TensorSource): tensors is TensorSource {
  const { names, get, info } = tensors as Partial<TensorSource>;
  return Array.isArray(names) && typeof get === "function" && typeof info === "function";
}

function planned(
  caller: string,
  name: string,
  { dtype, shape }: TensorInfo,
  get: TensorSource["get"],
): PlannedTensor {
  const facts = dtypes[dtype];
  if (facts === undefined) {
    throw new RangeError(
      `${caller}: dtype of "${name}" must be one of ${Object.keys(dtypes).join(", ")}, got "${String(dtype)}"`,
    );
  }
  const byteLength = byteLengthOf(shape, facts.bytes);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || !Number.isSafeInteger(byteLength)) {
    throw new RangeError(
      `${caller}: "${name}" must have a shape of integers of at least 0, got [${shape.join(", ")}]`,
    );
  }
  if (/\p{Surrogate}/u.test(name)) {
    throw new RangeError(
      `${caller}: name of a tensor must be text that UTF-8 can hold, got ${JSON.stringify(name)}`,
    );
  }
  const plan = { name, dtype, shape: [...shape], byteLength };
  return {
    ...plan,
    async read() {
      const array = await get(name);
      requireData(caller, plan, array);
      return new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
    },
  };
}

function requireData(
  caller: string,
  plan: Omit<PlannedTensor, "read">,
  { dtype, shape, data }: NamedArray,
): void {
  const { name } = plan;
  if (dtype !== plan.dtype || shape.join() !== plan.shape.join()) {
    throw new RangeError(
      `${caller}: "${name}" must be the ${plan.dtype} [${plan.shape.join(", ")}] that was announced, got ${dtype} [${shape.join(", ")}]`,
    );
  }
  const kind = dtypes[dtype].array(new ArrayBuffer(0)).constructor as { readonly name: string };
  if (data?.constructor !== kind) {
    throw new TypeError(
      `${caller}: data of "${name}" must be a ${kind.name} for dtype ${dtype}, got ${data?.constructor?.name ?? String(data)}`,
    );
  }
  if (data.byteLength !== plan.byteLength) {
    throw new RangeError(
      `${caller}: "${name}" must have as many elements as its shape [${shape.join(", ")}], got ${data.length}`,
    );
  }
}
