/** What a pickle says, as data: nothing of it was run. */
export type PickleValue = null | boolean | number | bigint | string | PickleObject;

/** Values that are not JavaScript's own. */
export type PickleObject =
  | PickleSequence
  | PickleDict
  | PickleBytes
  | PickleGlobal
  | PickleStorage
  | PickleTensor
  | PickleOther;

/** A list, tuple or set. */
export interface PickleSequence {
  readonly kind: "list" | "tuple" | "set";
  readonly items: PickleValue[];
  /** Containers inside it, one in another. */
  depth: number;
}

/** A dict, or what keeps its content as one. */
export interface PickleDict {
  readonly kind: "dict";
  /** Whether the state that a pickle sets on it is its content, as for an argparse.Namespace. */
  readonly isNamespace: boolean;
  readonly entries: Map<PickleValue, PickleValue>;
  /** Containers inside it, one in another. */
  depth: number;
}

/** Bytes; their number only, for no checkpoint keeps a tensor in them. */
interface PickleBytes {
  readonly kind: "bytes";
  readonly length: number;
}

/** A class or function, by name. */
interface PickleGlobal {
  readonly kind: "global";
  /** Module and name, with a dot in between. */
  readonly name: string;
}

/** The memory that tensors are views of. */
export interface PickleStorage {
  readonly kind: "storage";
  readonly key: string;
  /** Element type in PyTorch's words, such as `bfloat16`; undefined for bare bytes. */
  readonly dtype: string | undefined;
  readonly byteLength: number;
}

/** A view of a storage; counted in elements, as PyTorch does. */
export interface PickleTensor {
  readonly kind: "tensor";
  readonly storage: PickleStorage;
  readonly dtype: string;
  readonly offset: PickleValue;
  readonly shape: PickleValue;
  readonly stride: PickleValue;
}

/** Something that is no part of a state dict and is not looked into. */
interface PickleOther {
  readonly kind: "other";
  readonly what: string;
}

/** Decides what the names in a pickle stand for. All of it must be data. */
export interface PickleHost {
  /** Whether a class or function, by module and name, may be named at all. */
  readonly knows: (name: string) => boolean;
  /** What a call of a known function stands for; undefined if it must not be called with these. */
  readonly call: (name: string, args: readonly PickleValue[]) => PickleValue | undefined;
  /** What a persistent id stands for; undefined if it is none. */
  readonly load: (id: PickleValue) => PickleValue | undefined;
}

export function isObject(value: PickleValue | undefined): value is PickleObject {
  return typeof value === "object" && value !== null;
}

export function isKind<K extends PickleObject["kind"]>(
  value: PickleValue | undefined,
  kind: K,
): value is K extends PickleSequence["kind"] ? PickleSequence : Extract<PickleObject, { kind: K }> {
  return isObject(value) && value.kind === kind;
}

/** A list, tuple or set that holds these; its depth is the caller's to keep. */
export function sequenceOf(kind: PickleSequence["kind"], items: PickleValue[]): PickleSequence {
  return {
    kind,
    items,
    depth: 1 + items.reduce((deepest: number, item) => Math.max(deepest, depthOf(item)), 0),
  };
}

export function dictOf(entries: Map<PickleValue, PickleValue>, isNamespace = false): PickleDict {
  const deepest = [...entries.values()].reduce((depth: number, value) => Math.max(depth, depthOf(value)), 0);
  return { kind: "dict", isNamespace, entries, depth: 1 + deepest };
}

export function depthOf(value: PickleValue): number {
  return isObject(value) && "depth" in value ? value.depth : 0;
}

/** Words for a message. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === undefined) return "nothing";
  if (!isObject(value)) return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
  if (value.kind === "global") return value.name;
  return value.kind === "other" ? value.what : `a ${value.kind}`;
}
