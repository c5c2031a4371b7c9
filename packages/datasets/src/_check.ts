/** Throws unless `value` is an integer of at least `minimum`. */
export function requireInteger(where: string, name: string, value: number, minimum: number): void {
  if (!Number.isSafeInteger(value) || value < minimum)
    throw new RangeError(`${where}: ${name} must be an integer ≥ ${minimum}, got ${value}`);
}

/** Throws unless `value` lies in the closed interval from `lower` to `upper`. */
export function requireBetween(
  where: string,
  name: string,
  value: number,
  lower: number,
  upper: number,
): void {
  if (!(value >= lower && value <= upper))
    throw new RangeError(`${where}: ${name} must lie in [${lower}, ${upper}], got ${value}`);
}

/** Throws unless `value` is one of the listed words. */
export function requireOneOf(where: string, name: string, value: string, words: readonly string[]): void {
  if (!words.includes(value))
    throw new RangeError(`${where}: ${name} must be one of ${words.join(", ")}, got ${value}`);
}

/** The message of whatever was thrown, on one line. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s*\n\s*/g, "; ");
}
