import type { NamedArray } from "@cxrkit/runtime";

type Entry = readonly [name: string, Pick<NamedArray, "dtype" | "shape">];

/** Arrays into which the states of a run are read: made once, because new memory costs more than copying does. */
export interface StateArrays {
  /** One array for each entry, none of which shares its data with what is held. */
  readonly take: (
    entries: Iterable<Entry>,
    held: ReadonlyMap<string, NamedArray> | undefined,
  ) => Map<string, NamedArray>;
  /** Makes arrays for the entries that have none and touches their memory, so that the first `take` need not. */
  readonly prepare: (entries: Iterable<Entry>) => void;
}

/** Makes {@link StateArrays} that hold nothing; an entry that is never held has one array, and any other two. */
export function createStateArrays(): StateArrays {
  const made = new Map<string, NamedArray[]>();
  const take: StateArrays["take"] = (entries, held) => {
    const inUse = new Set([...(held?.values() ?? [])].map(({ data }) => data));
    const taken = new Map<string, NamedArray>();
    for (const [name, { dtype, shape }] of entries) {
      const own = made.get(name) ?? [];
      let array = own.find(({ data }) => !inUse.has(data));
      if (array === undefined) {
        array = emptyOf(dtype, shape);
        made.set(name, [...own, array]);
      }
      taken.set(name, array);
    }
    return taken;
  };
  return {
    take,
    prepare: (entries) => {
      // An array that was made before may be held, or being written.
      const fresh = [...entries].filter(([name]) => !made.has(name));
      for (const { data } of take(fresh, undefined).values()) data.fill(0);
    },
  };
}

function emptyOf(dtype: NamedArray["dtype"], shape: readonly number[]): NamedArray {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { dtype, shape, data: dtype === "int32" ? new Int32Array(size) : new Float32Array(size) };
}
