import { type Machine, PickleStop } from "./_pickleMachine.js";
import { operations } from "./_pickleOperations.js";
import { createPickleReader, PickleTruncated } from "./_pickleReader.js";
import type { PickleHost, PickleValue } from "./_pickleValue.js";
import type { CheckpointBudgets } from "./CheckpointBudgets.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** A pickle and where it ended. */
export interface Unpickled {
  readonly value: PickleValue;
  /** Byte after its last one. */
  readonly end: number;
}

/** What {@link unpickle} needs beside the bytes. */
export interface UnpickleOptions {
  /** File and member, for messages. */
  readonly where: string;
  /** First byte of the pickle. */
  readonly begin: number;
  /** Whether nothing follows the bytes; if something does, running out of them is a PickleTruncated. */
  readonly isWhole: boolean;
  readonly host: PickleHost;
  readonly budgets: Required<CheckpointBudgets>;
}

/**
 * Reads a pickle of protocol 2 to 5 as data. There is no way from it to code: classes and functions are names, and what
 * they stand for is looked up in a closed list.
 *
 * @throws WeightFormatError with code `pickle` or `budget`.
 * @see https://peps.python.org/pep-0307/, https://peps.python.org/pep-3154/, https://peps.python.org/pep-0574/
 */
export function unpickle(bytes: Uint8Array, options: UnpickleOptions): Unpickled {
  const { where, begin, isWhole, host, budgets } = options;
  const fail = (code: "pickle" | "budget", rule: string, got: string): never => {
    throw new WeightFormatError(
      code,
      `openCheckpoint: pickle of ${where} must ${rule}, got ${got} before its byte ${reader.position() - begin}`,
    );
  };
  const reader = createPickleReader(bytes, begin, budgets, fail);
  const machine: Machine = { reader, stack: [], marks: [], memo: new Map(), host, budgets, fail };
  try {
    run(machine);
  } catch (cause) {
    if (cause instanceof PickleTruncated && isWhole)
      return fail("pickle", "end with its last operation", "the end");
    throw cause;
  }
  const [value] = machine.stack;
  if (machine.stack.length !== 1 || machine.marks.length > 0 || value === undefined) {
    return fail("pickle", "leave one value", `${machine.stack.length} and ${machine.marks.length} marks`);
  }
  return { value, end: reader.position() };
}

function run(machine: Machine): void {
  const { reader, budgets, fail } = machine;
  if (reader.uint8() !== 0x80) fail("pickle", "begin with its protocol", "another byte");
  const protocol = reader.uint8();
  if (protocol < 2 || protocol > 5) fail("pickle", "have protocol 2 to 5", String(protocol));
  for (let count = 0; ; count++) {
    if (count >= budgets.opcodes) fail("budget", `have at most ${budgets.opcodes} operations`, "more");
    const code = reader.uint8();
    if (code === PickleStop) return;
    const operation = operations.get(code);
    if (operation === undefined) {
      fail("pickle", "have operations of data only", `0x${code.toString(16).padStart(2, "0")}`);
    } else {
      operation(machine);
    }
  }
}
