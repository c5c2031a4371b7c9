import { hasBothClasses, type LabelCounts } from "./_countLabels.js";
import { rankScores } from "./_rankScores.js";
import { LANES, resampledAreas } from "./_resampledAreas.js";
import type { CompareModelsInput, CompareModelsOptions } from "./compareModels.js";

/** Area of one model for one finding, or its macro mean. */
export interface FindingAreas {
  /** On the images as they are. */
  readonly observed: number;
  /** On each resample; NaN where a class was not drawn. */
  readonly replicates: Float64Array;
}

/**
 * Areas by model, then by finding with the macro mean last, on resamples that all of them share: `draw` gives how often
 * each image counts in four resamples.
 */
export function bootstrapAreas(
  { labels, models, findings }: CompareModelsInput,
  counts: readonly LabelCounts[],
  draw: () => Int32Array,
  { replicates, onReplicate }: Pick<CompareModelsOptions, "onReplicate"> & { readonly replicates: number },
): FindingAreas[][] {
  const ranked = Object.values(models).map((scores) =>
    findings.map((_, column) => rankScores(labels, scores, column)),
  );
  const included = findings.flatMap((_, k) => (hasBothClasses(counts[k]!) ? [k] : []));
  const lanes = new Float64Array(LANES);
  /** Writes into each model's and finding's array from `at` on, as many lanes as fit. */
  const measure = (packed: Int32Array, into: readonly (readonly Float64Array[])[], at: number) => {
    ranked.forEach((model, m) => {
      const areas = into[m]!;
      const stop = Math.min(at + LANES, areas[0]!.length);
      model.forEach((finding, k) => {
        resampledAreas(finding, packed, lanes);
        for (let b = at; b < stop; b++) areas[k]![b] = lanes[b - at]!;
      });
      for (let b = at; b < stop; b++) {
        areas.at(-1)![b] = included.reduce((sum, k) => sum + areas[k]![b]!, 0) / included.length;
      }
    });
  };
  const arrays = (length: number) => ranked.map(() => counts.map(() => new Float64Array(length)));

  const observed = arrays(1);
  measure(new Int32Array(labels.rows).fill(0x01010101), observed, 0);
  const drawn = arrays(replicates);
  for (let b = 0; b < replicates; b += LANES) {
    measure(draw(), drawn, b);
    onReplicate?.(Math.min(b + LANES, replicates), replicates);
  }
  return drawn.map((model, m) =>
    model.map((areas, k) => ({ observed: observed[m]![k]![0]!, replicates: areas })),
  );
}
