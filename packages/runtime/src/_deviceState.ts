import type { Tensor } from "onnxruntime-node";
import type { Storage } from "./_deviceStorage.js";
import { createHostCopy } from "./_hostCopy.js";
import { explainOnnx } from "./_runOnnx.js";
import type { StepMemory } from "./CompiledStep.js";
import type { NamedArray } from "./NamedArray.js";

type Entries = Iterable<readonly [string, NamedArray]>;

/** The state of one step: on the device as it is, and on the host as it last was there. */
export interface DeviceState {
  /** The tensors to feed to the next run. */
  readonly tensors: () => ReadonlyMap<string, Tensor>;
  /** Takes over what a run has computed and frees what it replaces. */
  readonly advance: (next: ReadonlyMap<string, Tensor>) => void;
  /** Copies the state to the host, into the arrays that are given if there are some. */
  readonly read: (into?: ReadonlyMap<string, NamedArray>) => Promise<Map<string, NamedArray>>;
  readonly write: (entries: readonly (readonly [string, NamedArray])[]) => Promise<void>;
  /** Does some work with the device and explains its failure; if the device is gone, hands over the host's copy. */
  readonly guard: <T>(caller: string, work: () => Promise<T>) => Promise<T>;
  readonly dispose: () => void;
}

/** Copies the declared state to the device. */
export async function createDeviceState(
  storage: Storage,
  declared: ReadonlyMap<string, NamedArray>,
  memory?: StepMemory,
): Promise<DeviceState> {
  const tensors = new Map<string, Tensor>();
  // State that is kept on the host cannot be lost with the device.
  const hostCopy = createHostCopy(storage.location === "cpu" ? new Map() : declared);
  const guard: DeviceState["guard"] = async (caller, work) => {
    try {
      return await work();
    } catch (cause) {
      const answer = await storage.check();
      throw answer === undefined ? explainOnnx(caller, cause, memory) : hostCopy.lost(caller, answer, cause);
    }
  };
  const put = (caller: string, entries: Entries) =>
    guard(caller, async () => replace(tensors, await putAll(storage, entries)));
  const get = (caller: string, into?: ReadonlyMap<string, NamedArray>) =>
    guard(caller, () => getAll(storage, tensors, into));
  await put("compile", declared);
  return {
    tensors: () => tensors,
    advance: (next) => {
      replace(tensors, next);
      hostCopy.grow();
    },
    read: async (into) => {
      const state = await get("readState", into);
      hostCopy.renew(state);
      return state;
    },
    write: async (entries) => {
      await put("writeState", entries);
      const given = new Map(entries);
      hostCopy.renew(given.size === declared.size ? given : await get("writeState"));
    },
    guard,
    dispose: () => {
      for (const value of tensors.values()) value.dispose();
      tensors.clear();
      hostCopy.clear();
    },
  };
}

/** Either all entries are on the device afterwards, or none. */
async function putAll(storage: Storage, entries: Entries): Promise<Map<string, Tensor>> {
  const written = new Map<string, Tensor>();
  try {
    for (const [name, array] of entries) written.set(name, await storage.put(array));
    return written;
  } catch (cause) {
    for (const value of written.values()) value.dispose();
    throw cause;
  }
}

async function getAll(
  storage: Storage,
  tensors: ReadonlyMap<string, Tensor>,
  into: ReadonlyMap<string, NamedArray> | undefined,
): Promise<Map<string, NamedArray>> {
  const state = new Map<string, NamedArray>();
  for (const [name, value] of tensors) {
    const read = await storage.get(value);
    const array = into?.get(name);
    array?.data.set(read.data);
    state.set(name, array ?? read);
  }
  return state;
}

function replace(tensors: Map<string, Tensor>, by: ReadonlyMap<string, Tensor>): void {
  for (const [name, value] of by) {
    tensors.get(name)?.dispose();
    tensors.set(name, value);
  }
}
