/** The value, if it is one of the choices. */
export function checkedChoice<T extends string>(
  caller: string,
  subject: string,
  value: T,
  choices: readonly T[],
): T {
  if (!choices.includes(value))
    throw new RangeError(`${caller}: ${subject} must be one of ${choices.join(", ")}, got ${value}`);
  return value;
}
