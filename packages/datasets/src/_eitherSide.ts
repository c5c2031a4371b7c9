import { notMentioned } from "./_labelRows.js";

/**
 * Label of a finding on either side: present if one side has it, else uncertain if one side is, else not mentioned if
 * one side is not, else absent (the "or" of three-valued logic).
 */
export function eitherSide(right: number, left: number): number {
  for (const label of [1, -1, notMentioned]) if (right === label || left === label) return label;
  return 0;
}
