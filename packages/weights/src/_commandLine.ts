import { parseArgs } from "node:util";

/** What a command may touch of the process. */
export interface Terminal {
  readonly write: (text: string) => void;
  /** Shows a line that the next one replaces; does nothing where nobody looks. */
  readonly status: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** A command that was not written as the help says. */
export class UsageError extends Error {}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

/** Options and exactly as many other arguments as there are names. */
export function parseCommand<const T extends Options>(
  args: readonly string[],
  options: T,
  names: readonly string[],
): {
  readonly values: ReturnType<typeof parseArgs<{ options: T }>>["values"];
  readonly given: readonly string[];
} {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length !== names.length) {
      throw new UsageError(`expected ${names.join(" ")}, got ${positionals.length} arguments`);
    }
    return { values: values as ReturnType<typeof parseArgs<{ options: T }>>["values"], given: positionals };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError((cause as Error).message, { cause });
  }
}

/** One of several words. */
export function requireWord<T extends string>(option: string, word: string, words: readonly T[]): T {
  const found = words.find((candidate) => candidate === word);
  if (found !== undefined) return found;
  throw new UsageError(`--${option} must be one of ${words.join(", ")}, got ${JSON.stringify(word)}`);
}

/** A whole number from 1. */
export function requireCount(option: string, text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} must be a whole number from 1, got ${JSON.stringify(text)}`);
}

/** Bytes in the largest unit that leaves a figure before the point. */
export function bytesAsText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${power === 0 ? bytes : (bytes / 2 ** (10 * power)).toFixed(1)} ${units[power]}`;
}
