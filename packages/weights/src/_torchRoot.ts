import {
  describeValue,
  isKind,
  type PickleDict,
  type PickleSequence,
  type PickleTensor,
  type PickleValue,
} from "./_pickleValue.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** The tensors that lie directly in one container of a checkpoint. */
export interface TensorGroup {
  /** Keys from the top to the container, with dots in between. */
  readonly path: string;
  readonly isDict: boolean;
  readonly tensors: ReadonlyMap<string, PickleTensor>;
}

/** Everything below one value. */
export interface Survey {
  readonly groups: readonly TensorGroup[];
  /** Numbers and short strings by dotted path. */
  readonly leaves: ReadonlyMap<string, string>;
  /** Paths that were not looked into: optimiser states and what is no tensor. */
  readonly ignored: readonly string[];
}

const maxLeaves = 1000;
const maxLeafLength = 1000;

/**
 * Looks through a checkpoint once, however often a container is in it.
 *
 * @param path - File, for messages.
 * @param depth - Deepest nesting, which a list that grew after it was put into another one may have beyond the pickle's own count.
 */
export function survey(path: string, value: PickleValue, depth: number): Survey {
  const groups: TensorGroup[] = [];
  const leaves = new Map<string, string>();
  const ignored: string[] = [];
  const seen = new Set<PickleDict | PickleSequence>();
  const visit = (container: PickleDict | PickleSequence, keys: readonly string[]) => {
    if (seen.has(container)) return;
    seen.add(container);
    if (keys.length > depth) {
      throw new WeightFormatError(
        "budget",
        `openCheckpoint: pickle of ${path} must nest containers at most ${depth} deep, got more`,
      );
    }
    if (isOptimiser(container)) return void ignored.push(keys.join("."));
    const tensors = new Map<string, PickleTensor>();
    const items = isKind(container, "dict") ? container.entries : container.items.entries();
    for (const [key, item] of items) {
      const name = isNameable(key) ? String(key) : describeValue(key);
      const inner = [...keys, name];
      if (isKind(item, "tensor") && isNameable(key)) {
        if (tensors.has(name)) throw twice(path, inner.join("."));
        tensors.set(name, item);
      } else if (isKind(item, "dict") || isKind(item, "list") || isKind(item, "tuple")) visit(item, inner);
      else if (typeof item === "object" && item !== null) ignored.push(inner.join("."));
      else if (leaves.size < maxLeaves) leaves.set(inner.join("."), String(item).slice(0, maxLeafLength));
    }
    if (tensors.size > 0) groups.push({ path: keys.join("."), isDict: isKind(container, "dict"), tensors });
  };
  if (isKind(value, "dict") || isKind(value, "list") || isKind(value, "tuple")) visit(value, []);
  return { groups, leaves, ignored };
}

function twice(path: string, name: string): WeightFormatError {
  return new WeightFormatError(
    "unexpected",
    `openCheckpoint: ${path} must name every tensor once, got "${name}" as a text and as a number`,
    { tensor: name },
  );
}

function isNameable(key: PickleValue): boolean {
  return typeof key === "string" || typeof key === "number" || typeof key === "bigint";
}

/** What `optimizer.state_dict()` returns: moments that have a model's shapes but are none of its tensors. */
function isOptimiser(container: PickleDict | PickleSequence): boolean {
  return isKind(container, "dict") && container.entries.has("state") && container.entries.has("param_groups");
}

/** Seeds of random numbers and single numbers such as a best score, which training loops keep beside the model. */
function isBookkeeping({ tensors }: TensorGroup): boolean {
  return [...tensors.values()].every(({ dtype, shape }) => {
    return dtype === "uint8" || (isKind(shape, "tuple") && shape.items.every((size) => size === 1));
  });
}

/** The one state dict in a checkpoint; an error that lists them if there are more. */
export function chooseGroup(path: string, { groups }: Survey): TensorGroup | undefined {
  const models = groups.filter((group) => !isBookkeeping(group));
  const several = models.length > 0 ? models : groups;
  const dicts = several.filter(({ isDict }) => isDict);
  const candidates = dicts.length > 0 ? dicts : several;
  if (candidates.length > 1) {
    throw new WeightFormatError(
      "missing",
      `openCheckpoint: ${path} must hold one dict of tensors, or root must say which, got ${listGroups(candidates)}`,
    );
  }
  return candidates[0];
}

/** Candidates for a message. */
export function listGroups(groups: readonly TensorGroup[]): string {
  const shown = groups.slice(0, 10).map(({ path, tensors }) => `"${path}" (${tensors.size} tensors)`);
  return `${shown.join(", ")}${groups.length > shown.length ? ", …" : ""}`;
}

/** Follows a dotted path; a key may itself have dots. Undefined if it leads nowhere. */
export function follow(value: PickleValue, root: string): PickleValue | undefined {
  if (root === "") return value;
  if (!isKind(value, "dict")) {
    if (!isKind(value, "list") && !isKind(value, "tuple")) return undefined;
    const [index = "", ...rest] = root.split(".");
    const item = /^\d+$/.test(index) ? value.items[Number(index)] : undefined;
    return item === undefined ? undefined : follow(item, rest.join("."));
  }
  for (const [key, item] of value.entries) {
    const found =
      root === key
        ? item
        : root.startsWith(`${String(key)}.`)
          ? follow(item, root.slice(String(key).length + 1))
          : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
