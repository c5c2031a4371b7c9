import type { CheckpointBudgets } from "./CheckpointBudgets.js";

/** Reads the arguments of a pickle's operations, never beyond its bytes. */
export interface PickleReader {
  readonly position: () => number;
  readonly uint8: () => number;
  readonly uint16: () => number;
  readonly int32: () => number;
  readonly uint32: () => number;
  readonly uint64: () => number;
  readonly float64: () => number;
  /** So many bytes, within the budget of one string. */
  readonly bytes: (length: number) => Uint8Array;
  readonly text: (length: number) => string;
  /** Text up to a line feed. */
  readonly line: () => string;
  /** Little-endian two's complement. */
  readonly integer: (length: number) => number | bigint;
}

/** Thrown when a pickle goes on behind the bytes at hand. */
export class PickleTruncated extends Error {}

/** Longest integer, in bytes; the longest of a checkpoint is the magic number of 10. */
const longestInteger = 64;

/** Longest module or class name. */
const longestLine = 1000;

export function createPickleReader(
  bytes: Uint8Array,
  begin: number,
  budgets: Required<CheckpointBudgets>,
  fail: (code: "pickle" | "budget", rule: string, got: string) => never,
): PickleReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let next = begin;
  const take = (length: number): number => {
    if (next + length > bytes.length) throw new PickleTruncated();
    next += length;
    return next - length;
  };
  const takeString = (length: number): Uint8Array => {
    if (length > budgets.stringBytes) {
      fail("budget", `have strings of at most ${budgets.stringBytes} bytes`, String(length));
    }
    const start = take(length);
    return bytes.subarray(start, start + length);
  };
  const decode = (encoded: Uint8Array): string => {
    try {
      return utf8.decode(encoded);
    } catch {
      return fail("pickle", "have text in UTF-8", "other bytes");
    }
  };
  return {
    position: () => next,
    uint8: () => view.getUint8(take(1)),
    uint16: () => view.getUint16(take(2), true),
    int32: () => view.getInt32(take(4), true),
    uint32: () => view.getUint32(take(4), true),
    uint64: () => Number(view.getBigUint64(take(8), true)),
    float64: () => view.getFloat64(take(8), false),
    bytes: takeString,
    text: (length) => decode(takeString(length)),
    line() {
      const end = bytes.subarray(next, next + longestLine).indexOf(0x0a);
      if (end < 0 && next + longestLine <= bytes.length) {
        fail("pickle", `name classes in at most ${longestLine} bytes`, "more");
      }
      if (end < 0) throw new PickleTruncated();
      const start = take(end + 1);
      return decode(bytes.subarray(start, start + end));
    },
    integer(length) {
      if (length > longestInteger)
        fail("budget", `have integers of at most ${longestInteger} bytes`, String(length));
      const start = take(length);
      let value = 0n;
      for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[start + i] as number);
      const signed = BigInt.asIntN(8 * length, value);
      const narrow = Number(signed);
      return Number.isSafeInteger(narrow) ? narrow : signed;
    },
  };
}
