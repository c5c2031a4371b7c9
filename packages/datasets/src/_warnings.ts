import type { DatasetWarning } from "./Manifest.js";

/** Counts what was set right or left out, and keeps the first cases of each kind. */
export interface WarningCounter {
  add(code: string, example: () => string): void;
  list(): readonly DatasetWarning[];
}

const numExamples = 5;

/** A counter that knows the sentence for each kind. */
export function countWarnings(messages: Readonly<Record<string, string>>): WarningCounter {
  const counted = new Map<string, { count: number; examples: string[] }>();
  return {
    add(code, example) {
      const entry = counted.get(code) ?? { count: 0, examples: [] };
      counted.set(code, entry);
      entry.count++;
      if (entry.examples.length < numExamples) entry.examples.push(example());
    },
    list: () =>
      [...counted].map(([code, { count, examples }]) => ({
        code,
        count,
        message: messages[code] ?? code,
        examples,
      })),
  };
}
