import type { OnnxValue, Tensor } from "onnxruntime-node";
import { sizeOf } from "./_check.js";
import type { Onnx } from "./_loadOnnx.js";
import { hostTensor } from "./_onnxTensors.js";
import type { Graph } from "./compiler/_Graph.js";
import type { NamedArray } from "./NamedArray.js";

/**
 * The state of a step in the memory of the host. A run reads one set of buffers and writes another, so that a run that
 * fails loses nothing and no run allocates its state anew.
 */
export interface HostState {
  /** What a run reads, by the names of the graph's inputs. */
  readonly feeds: () => Record<string, OnnxValue>;
  /** Where a run writes, by the names of the graph's outputs; null for what is not state. */
  readonly fetches: () => Record<string, OnnxValue | null>;
  /** Lets the two sets change places after a run. */
  readonly swap: () => void;
  /** The present value of each entry, in the order of declaration. */
  readonly entries: () => ReadonlyMap<string, Tensor>;
  /** Lets go of the memory. */
  readonly clear: () => void;
}

/** One set of buffers: tensors of the entries, and of the packs in which some of them lie side by side. */
interface Side {
  readonly entries: Map<string, Tensor>;
  readonly packs: Map<string, Tensor>;
}

/** Copies the declared state into buffers laid out as the graph wants them. */
export function createHostState(
  onnx: Onnx,
  { inputs, outputs, packs = new Map() }: Graph,
  declared: ReadonlyMap<string, NamedArray>,
): HostState {
  const packed = new Set([...packs.values()].flat());
  const isConstant = (name: string) => !packed.has(name) && !outputs.has(`next:${name}`);
  let current = allocate(onnx, packs, declared, () => undefined);
  let spare = allocate(onnx, packs, declared, (name) =>
    isConstant(name) ? current.entries.get(name) : undefined,
  );
  for (const [name, { data }] of declared)
    if (!isZero(data)) ((current.entries.get(name) as Tensor).data as Float32Array).set(data);
  return {
    feeds: () => {
      const named = [
        ...[...current.entries].map(([name, value]) => [`state:${name}`, value]),
        ...current.packs,
      ];
      return Object.fromEntries(named.filter(([name]) => inputs.has(name as string)));
    },
    fetches: () => {
      const buffers = new Map<string, Tensor>();
      for (const [name, value] of spare.entries) buffers.set(`next:${name}`, value);
      for (const [name, value] of spare.packs) buffers.set(`next-${name}`, value);
      return Object.fromEntries([...outputs.keys()].map((name) => [name, buffers.get(name) ?? null]));
    },
    swap: () => {
      [current, spare] = [spare, current];
    },
    entries: () => current.entries,
    clear: () => {
      for (const side of [current, spare]) {
        side.entries.clear();
        side.packs.clear();
      }
    },
  };
}

/** Makes one set; an entry that `known` has is taken from there. */
function allocate(
  onnx: Onnx,
  packs: ReadonlyMap<string, readonly string[]>,
  declared: ReadonlyMap<string, NamedArray>,
  known: (name: string) => Tensor | undefined,
): Side {
  const views = new Map<string, Float32Array>();
  const whole = new Map<string, Tensor>();
  for (const [pack, names] of packs) {
    const sizes = names.map((name) => sizeOf(declared.get(name)?.shape ?? []));
    const data = new Float32Array(sizes.reduce((sum, size) => sum + size, 0));
    let begin = 0;
    for (const [i, name] of names.entries()) {
      const end = begin + (sizes[i] as number);
      views.set(name, data.subarray(begin, end));
      begin = end;
    }
    whole.set(pack, hostTensor(onnx, { dtype: "float32", shape: [data.length], data }));
  }
  const entries = [...declared].map(([name, { dtype, shape, data }]) => {
    const buffer = views.get(name) ?? (known(name) === undefined ? emptyLike(data) : undefined);
    const tensor = buffer === undefined ? known(name) : hostTensor(onnx, { dtype, shape, data: buffer });
    return [name, tensor as Tensor] as const;
  });
  return { entries: new Map(entries), packs: whole };
}

/** Whether every bit is 0, as in the moments at the start: new buffers hold that, and copying it costs their pages. */
function isZero({ buffer, byteOffset, length }: NamedArray["data"]): boolean {
  const bits = new Int32Array(buffer, byteOffset, length);
  for (let i = 0; i < bits.length; i++) if (bits[i] !== 0) return false;
  return true;
}

function emptyLike(data: NamedArray["data"]): NamedArray["data"] {
  return data instanceof Float32Array ? new Float32Array(data.length) : new Int32Array(data.length);
}
