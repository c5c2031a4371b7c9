/** Throws `function: subject must <rule>, got <value>` unless the rule holds. */
export function requireRule(name: string, holds: boolean, rule: string, got: unknown): void {
  if (!holds) throw new RangeError(`${name}: ${rule}, got ${String(got)}`);
}

/** Refuses an option that is none of those that the types allow. */
export function requireOneOf(name: string, subject: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    throw new TypeError(`${name}: ${subject} must be one of ${allowed.join(", ")}, got ${String(value)}`);
  }
}

/** Refuses an interval of no coverage, or of all. */
export function requireCoverage(name: string, coverage: number): void {
  requireRule(name, coverage > 0 && coverage < 1, "coverage must lie in (0, 1)", coverage);
}

/** Refuses a sample too short or with a value that is not finite, which it names. */
export function requireSample(name: string, subject: string, values: ArrayLike<number>, least: number): void {
  requireRule(name, values.length >= least, `${subject} must hold at least ${least} values`, values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    requireRule(name, Number.isFinite(value), `${subject} must be finite`, `${String(value)} at index ${i}`);
  }
}

/** Refuses pairs whose halves are of different number, beside what {@link requireSample} refuses. */
export function requirePairs(name: string, a: ArrayLike<number>, b: ArrayLike<number>, least: number): void {
  requireRule(name, a.length === b.length, `b must be as long as a, ${a.length}`, b.length);
  requireSample(name, "a", a, least);
  requireSample(name, "b", b, least);
}
