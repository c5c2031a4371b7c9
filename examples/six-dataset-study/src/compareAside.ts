import {
  type CompareModelsInput,
  type CompareModelsOptions,
  type Comparison,
  compareModels,
  compareModelsInWorkers,
} from "@cxrkit/statistics";

/** A worker is a built file; where the study runs from its sources there is none. */
const isBuilt = import.meta.url.endsWith(".js");

/**
 * Compares models in one thread beside this one, which stays free for progress, signals and the lock of the stage. From
 * the sources it compares in this thread; the digits are the same.
 */
export async function compareAside(
  input: CompareModelsInput,
  options: CompareModelsOptions,
): Promise<Comparison> {
  return isBuilt ? compareModelsInWorkers(input, { ...options, workers: 1 }) : compareModels(input, options);
}
