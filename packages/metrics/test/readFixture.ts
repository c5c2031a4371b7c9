import { readFileSync } from "node:fs";

/** What a script in `fixtures` writes. */
export interface Fixture<Case> {
  readonly cases: readonly Case[];
  readonly rtol: number;
}

/** Numbers that JSON does not have. */
export type Written = number | "inf" | null;

/** Reads a file of reference values. */
export function readFixture<Case>(path: string): Fixture<Case> {
  return JSON.parse(readFileSync(new URL(`../fixtures/${path}`, import.meta.url), "utf8")) as Fixture<Case>;
}

/** The number that was written: `null` is NaN. */
export function numberOf(value: Written): number {
  if (value === null) return Number.NaN;
  return value === "inf" ? Number.POSITIVE_INFINITY : value;
}
