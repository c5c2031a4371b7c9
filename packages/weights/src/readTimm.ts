import type { NamedArray } from "./NamedArray.js";
import { type OpenCheckpointOptions, openCheckpoint } from "./openCheckpoint.js";
import { readTensors } from "./readTensors.js";
import { type ToTimmOptions, toTimm } from "./toTimm.js";

/** Options of {@link readTimm}: how the file is opened, and what becomes of its names. */
export interface ReadTimmOptions extends OpenCheckpointOptions, ToTimmOptions {}

/**
 * Reads every tensor of a checkpoint file under timm's names: {@link openCheckpoint}, {@link toTimm} and
 * {@link readTensors} in one, and the file is closed again.
 *
 * What wrappers put before all names (`module.`, `backbone.` …) is taken off, unless `stripPrefix` or `prefix` says
 * what stands there.
 *
 * @param path - Path of a file in any format and layout that is read.
 * @param options - Those of both functions; for a start, `{ dtype: "float32", except: ["head.*"] }`.
 * @returns Tensors by timm's names, all of them in memory at once.
 * @throws WeightFormatError as the functions named do; the system's error if the file cannot be read.
 * @see https://github.com/huggingface/pytorch-image-models/blob/v1.0.12/timm/models/vision_transformer.py
 * @example
 * {@includeCode ../example/nameMaps.example.ts#readTimm}
 */
export async function readTimm(
  path: string,
  options: ReadTimmOptions = {},
): Promise<Map<string, NamedArray>> {
  const wrappers = options.prefix === undefined ? ({ stripPrefix: "auto" } as const) : {};
  const checkpoint = await openCheckpoint(path, { ...wrappers, ...options });
  try {
    return await readTensors(toTimm(checkpoint, options));
  } finally {
    await checkpoint.close();
  }
}
