import type { PickleReader } from "./_pickleReader.js";
import {
  depthOf,
  describeValue,
  isKind,
  isObject,
  type PickleDict,
  type PickleHost,
  type PickleSequence,
  type PickleValue,
  sequenceOf,
} from "./_pickleValue.js";
import type { CheckpointBudgets } from "./CheckpointBudgets.js";

/** The state of a pickle that is being read. */
export interface Machine {
  readonly reader: PickleReader;
  readonly stack: PickleValue[];
  /** Heights of the stack at its marks. */
  readonly marks: number[];
  readonly memo: Map<number, PickleValue>;
  readonly host: PickleHost;
  readonly budgets: Required<CheckpointBudgets>;
  readonly fail: (code: "pickle" | "budget", rule: string, got: string) => never;
}

/** The last operation. */
export const PickleStop = 0x2e;

export function pop({ stack, marks, fail }: Machine): PickleValue {
  if (stack.length <= (marks.at(-1) ?? 0)) fail("pickle", "take only values that it put", "an empty stack");
  return stack.pop() as PickleValue;
}

export function popToMark({ stack, marks, fail }: Machine): PickleValue[] {
  const mark = marks.pop();
  return mark === undefined
    ? fail("pickle", "set a mark before it takes up to it", "none")
    : stack.splice(mark);
}

/** The value on top, which stays. */
export function top(machine: Machine): PickleValue {
  const value = pop(machine);
  machine.stack.push(value);
  return value;
}

function requireDepth({ budgets, fail }: Machine, depth: number): void {
  if (depth > budgets.depth) fail("budget", `nest containers at most ${budgets.depth} deep`, String(depth));
}

export function push(machine: Machine, value: PickleValue): void {
  requireDepth(machine, depthOf(value));
  machine.stack.push(value);
}

function grow(machine: Machine, container: PickleSequence | PickleDict, value: PickleValue): void {
  container.depth = Math.max(container.depth, 1 + depthOf(value));
  requireDepth(machine, container.depth);
}

export function append(machine: Machine, values: readonly PickleValue[]): void {
  const list = top(machine);
  if (!isKind(list, "list") && !isKind(list, "set")) {
    machine.fail("pickle", "append to lists and sets only", describeValue(list));
  }
  for (const value of values) {
    grow(machine, list, value);
    list.items.push(value);
  }
}

export function setItems(machine: Machine, values: readonly PickleValue[]): void {
  const dict = top(machine);
  if (!isKind(dict, "dict")) machine.fail("pickle", "set items of dicts only", describeValue(dict));
  if (values.length % 2 !== 0) machine.fail("pickle", "set a value for every key", `${values.length} values`);
  for (let i = 0; i < values.length; i += 2) {
    const key = values[i] as PickleValue;
    const value = values[i + 1] as PickleValue;
    if (isKind(key, "list") || isKind(key, "dict"))
      machine.fail("pickle", "have keys that hash", describeValue(key));
    grow(machine, dict, key);
    grow(machine, dict, value);
    dict.entries.set(key, value);
  }
}

export function remember(machine: Machine, index: number): void {
  const { memo, budgets, fail } = machine;
  memo.set(index, top(machine));
  if (memo.size > budgets.memoEntries) fail("budget", `keep at most ${budgets.memoEntries} values`, "more");
}

export function recall(machine: Machine, index: number): void {
  const value = machine.memo.get(index);
  if (value === undefined) machine.fail("pickle", "recall only what it kept", `number ${index}`);
  else push(machine, value);
}

export function pushGlobal(machine: Machine, module: string, name: string): void {
  const full = `${module}.${name}`;
  if (!machine.host.knows(full)) {
    machine.fail(
      "pickle",
      "name nothing but what a state dict is made of (nothing was run; load the file where you trust it and save model.state_dict() alone)",
      JSON.stringify(full.slice(0, 200)).slice(1, -1),
    );
  }
  push(machine, { kind: "global", name: full });
}

export function call(machine: Machine): void {
  const args = pop(machine);
  const callee = pop(machine);
  if (!isKind(callee, "global") || !isKind(args, "tuple")) {
    machine.fail(
      "pickle",
      "call a function with a tuple",
      `${describeValue(callee)} with ${describeValue(args)}`,
    );
  }
  const value = machine.host.call(callee.name, args.items);
  if (value === undefined) {
    const given = args.items.map(describeValue).join(", ").slice(0, 200);
    machine.fail("pickle", "rebuild data only", `${callee.name}(${given})`);
  }
  push(machine, value);
}

/** Sets the state of what was built: the content of a namespace; what others carry is not needed. */
export function build(machine: Machine): void {
  const state = pop(machine);
  const target = top(machine);
  if (isKind(target, "dict") && target.isNamespace && isKind(state, "dict")) {
    setItems(machine, [...state.entries].flat());
  } else if (!isObject(target) || !["dict", "other", "tensor"].includes(target.kind)) {
    machine.fail("pickle", "set the state of what has one", describeValue(target));
  }
}

export function loadPersistent(machine: Machine): void {
  const id = pop(machine);
  const value = machine.host.load(id);
  if (value === undefined) machine.fail("pickle", "refer to storages only", describeValue(id));
  push(machine, value);
}

export function pushTuple(machine: Machine, length: number): void {
  const items = Array.from({ length }, () => pop(machine)).reverse();
  push(machine, sequenceOf("tuple", items));
}

export function stackGlobal(machine: Machine): void {
  const name = pop(machine);
  const module = pop(machine);
  if (typeof name !== "string" || typeof module !== "string") {
    machine.fail("pickle", "name a class in text", `${describeValue(module)} and ${describeValue(name)}`);
  }
  pushGlobal(machine, module, name);
}

export function pushBytes(machine: Machine, length: number): void {
  push(machine, { kind: "bytes", length: machine.reader.bytes(length).length });
}

/** Marks count for the depth, so that a row of them cannot grow without bound. */
export function setMark({ marks, stack, budgets, fail }: Machine): void {
  if (marks.length > 2 * budgets.depth)
    fail("budget", `nest marks at most ${2 * budgets.depth} deep`, "more");
  marks.push(stack.length);
}
