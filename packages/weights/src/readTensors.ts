import type { NamedArray } from "./NamedArray.js";
import type { TensorSource } from "./TensorSource.js";

/**
 * Reads every tensor of a checkpoint, as it is or seen through a name map, one after the other.
 *
 * @param source - An open checkpoint, or what `toTimm` or `fromTimm` made of one.
 * @returns Tensors by name, in the order of `names`; all of them in memory at once.
 * @throws What `get` of the source throws, at the first tensor that cannot be read.
 * @example
 * {@includeCode ../example/nameMaps.example.ts#fromTimm}
 */
export async function readTensors(
  source: Pick<TensorSource, "names" | "get">,
): Promise<Map<string, NamedArray>> {
  const tensors = new Map<string, NamedArray>();
  for (const name of source.names) tensors.set(name, await source.get(name));
  return tensors;
}
