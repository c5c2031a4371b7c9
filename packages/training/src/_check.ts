/** Rejects a number that is not an integer of at least `minimum`. */
export function requireInteger(name: string, subject: string, value: number, minimum: number): void {
  if (!Number.isInteger(value) || value < minimum)
    throw new RangeError(`${name}: ${subject} must be an integer of at least ${minimum}, got ${value}`);
}

/** Rejects a number that is not finite or is below `minimum`. */
export function requireAtLeast(name: string, subject: string, value: number, minimum: number): void {
  if (!Number.isFinite(value) || value < minimum)
    throw new RangeError(`${name}: ${subject} must be a finite number of at least ${minimum}, got ${value}`);
}

/** Rejects a number that is not finite and above zero. */
export function requirePositive(name: string, subject: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0)
    throw new RangeError(`${name}: ${subject} must be a finite number above 0, got ${value}`);
}

/** Rejects a number outside [0, 1). */
export function requireBelowOne(name: string, subject: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new RangeError(`${name}: ${subject} must be at least 0 and below 1, got ${value}`);
}
