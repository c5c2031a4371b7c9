import type { NamedArray, NamedArrays } from "./NamedArray.js";

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Entries of a record or a Map of named arrays. */
export function entriesOf(arrays: NamedArrays): [string, NamedArray][] {
  return arrays instanceof Map ? [...arrays] : Object.entries(arrays as Readonly<Record<string, NamedArray>>);
}

/** Refuses a shape with an axis that is not a whole number of at least 1. */
export function requireShape(where: string, name: string, shape: readonly number[]): void {
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(
        `${where}: shape of "${name}" must hold integers of at least 1, got [${shape.join(", ")}]`,
      );
    }
  }
}

/** Refuses an element type that a state entry cannot have. */
export function requireStateDType(where: string, name: string, dtype: string): void {
  if (dtype !== "float32" && dtype !== "int32") {
    throw new RangeError(`${where}: dtype of "${name}" must be "float32" or "int32", got "${dtype}"`);
  }
}

/** Refuses data whose class or length does not fit the declared type and shape. */
export function requireData(
  where: string,
  name: string,
  { dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] },
  data: unknown,
): void {
  const kind = dtype === "uint8" ? Uint8Array : dtype === "int32" ? Int32Array : Float32Array;
  if (!(data instanceof kind)) {
    throw new TypeError(`${where}: data of "${name}" must be a ${kind.name}, got ${describe(data)}`);
  }
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(
      `${where}: "${name}" must have ${sizeOf(shape)} elements for shape [${shape.join(", ")}], got ${data.length}`,
    );
  }
}

/** Refuses state entries that were not declared, or that have another type or shape than declared. */
export function requireStateEntries(
  where: string,
  declared: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>,
  given: readonly (readonly [string, { readonly dtype: string; readonly shape: readonly number[] }])[],
): void {
  for (const [name, { dtype, shape }] of given) {
    const expected = declared.get(name);
    if (expected === undefined) {
      throw new RangeError(`${where}: state entry must be one that was declared to compile, got "${name}"`);
    }
    if (expected.dtype !== dtype || expected.shape.join() !== shape.join()) {
      throw new RangeError(
        `${where}: state entry "${name}" must be ${expected.dtype} [${expected.shape.join(", ")}], got ${dtype} [${shape.join(", ")}]`,
      );
    }
  }
}

/** Refuses inputs that are missing, unknown, or of another type or length than declared. */
export function requireInputs(
  declared: Readonly<Record<string, { readonly dtype: string; readonly shape: readonly number[] }>>,
  given: Readonly<Record<string, unknown>>,
): void {
  for (const [name, spec] of Object.entries(declared)) {
    if (given[name] === undefined) throw new RangeError(`run: input "${name}" must be given, got nothing`);
    requireData("run", name, spec, given[name]);
  }
  for (const name of Object.keys(given)) {
    if (declared[name] === undefined) {
      throw new RangeError(`run: input must be one of ${Object.keys(declared).join(", ")}, got "${name}"`);
    }
  }
}

function describe(value: unknown): string {
  return value === null || typeof value !== "object" ? String(value) : value.constructor.name;
}
