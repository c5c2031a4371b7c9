import type { NamedArray } from "./NamedArray.js";
import type { TensorSource } from "./TensorSource.js";
import { WeightFormatError } from "./WeightFormatError.js";

/**
 * Tensors in memory as a source that can be converted, described or written like a file.
 *
 * @param tensors - Tensors by name, as a Map or as a record.
 * @returns A source that gives the tensors themselves, no copies.
 * @example
 * {@includeCode ../example/nameMaps.example.ts#fromTimm}
 */
export function checkpointOf(
  tensors: ReadonlyMap<string, NamedArray> | Readonly<Record<string, NamedArray>>,
): TensorSource {
  const arrays = new Map<string, NamedArray>(tensors instanceof Map ? tensors : Object.entries(tensors));
  const find = (name: string, caller: string) => {
    const array = arrays.get(name);
    if (array !== undefined) return array;
    throw new WeightFormatError(
      "missing",
      `${caller}: name must be that of a tensor, got "${name}"; there are ${arrays.size}`,
      { tensor: name },
    );
  };
  return {
    names: [...arrays.keys()],
    info: (name) => {
      const { dtype, shape } = find(name, "info");
      return { dtype, shape };
    },
    get: async (name) => find(name, "get"),
  };
}
