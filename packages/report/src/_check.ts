/** Refuses an empty list. */
export function requireSome(where: string, subject: string, count: number): void {
  if (count < 1) throw new RangeError(`${where}: ${subject} must have at least one entry, got ${count}`);
}

/** Refuses a text that is empty or blank. */
export function requireText(where: string, subject: string, text: string): void {
  if (text.trim() === "") {
    throw new RangeError(`${where}: ${subject} must not be blank, got ${JSON.stringify(text)}`);
  }
}

/** Refuses names that come twice. */
export function requireUnique(where: string, subject: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new RangeError(`${where}: ${subject} must be unique, got ${JSON.stringify(twice)} twice`);
  }
}

/** Refuses a count that is not a whole number ≥ 0. */
export function requireCount(where: string, subject: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`${where}: ${subject} must be an integer ≥ 0, got ${count}`);
  }
}

/** Refuses a number outside [low, high], and NaN. */
export function requireWithin(
  where: string,
  subject: string,
  value: number,
  low: number,
  high: number,
): void {
  if (!(value >= low && value <= high)) {
    throw new RangeError(`${where}: ${subject} must lie in [${low}, ${high}], got ${value}`);
  }
}
