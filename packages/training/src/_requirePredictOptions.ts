import { requireInteger } from "./_check.js";
import { predictionsFormat } from "./_predictionsTable.js";
import type { PredictFeaturesOptions } from "./PredictOptions.js";

/** Rejects options that no kind of prediction can be made with. */
export function requirePredictOptions(
  caller: string,
  { batchSize, metadata = {}, signal }: PredictFeaturesOptions,
): void {
  requireInteger(caller, "batchSize", batchSize, 1);
  const own = Object.keys(predictionsFormat).find((key) => key in metadata);
  if (own !== undefined)
    throw new RangeError(
      `${caller}: metadata must leave ${Object.keys(predictionsFormat).join(" and ")} to the table itself, got ${own} "${metadata[own]}"`,
    );
  signal?.throwIfAborted();
}
