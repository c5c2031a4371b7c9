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

/** Areas of all models, and how many resamples were thrown away for them. */
export interface BootstrapAreas {
  /** By model, then by finding with the macro mean last. */
  readonly areas: readonly (readonly FindingAreas[])[];
  readonly numRedrawn: number;
}

/** Redrawn resamples for each one kept, above which a rare finding makes it hopeless. */
const mostRedrawn = 1000;

/** Areas on resamples that all models share: `draw` gives how often each image counts in four of them. */
export function bootstrapAreas(
  { labels, models, findings }: CompareModelsInput,
  counts: readonly LabelCounts[],
  draw: () => Int32Array,
  options: Pick<CompareModelsOptions, "onReplicate" | "oneClass"> & { readonly replicates: number },
): BootstrapAreas {
  const { replicates, onReplicate, oneClass = "skip" } = options;
  const ranked = Object.values(models).map((scores) =>
    findings.map((_, column) => rankScores(labels, scores, column)),
  );
  const included = findings.flatMap((_, k) => (hasBothClasses(counts[k]!) ? [k] : []));
  const arrays = (length: number) => ranked.map(() => counts.map(() => new Float64Array(length)));
  const lanes = arrays(LANES);
  const measure = (packed: Int32Array) => {
    ranked.forEach((model, m) => {
      const areas = lanes[m]!;
      for (let k = 0; k < model.length; k++) resampledAreas(model[k]!, packed, areas[k]!);
      for (let lane = 0; lane < LANES; lane++)
        areas.at(-1)![lane] = included.reduce((sum, k) => sum + areas[k]![lane]!, 0) / included.length;
    });
  };
  const copyLane = (lane: number, into: readonly (readonly Float64Array[])[], at: number) => {
    into.forEach((model, m) => {
      model.forEach((areas, k) => {
        areas[at] = lanes[m]![k]![lane]!;
      });
    });
  };
  const observed = arrays(1);
  measure(new Int32Array(labels.rows).fill(0x01010101));
  copyLane(0, observed, 0);

  const drawn = arrays(replicates);
  let numRedrawn = 0;
  for (let b = 0; b < replicates; ) {
    measure(draw());
    for (let lane = 0; lane < LANES && b < replicates; lane++) {
      const lacking =
        oneClass === "skip" ? undefined : included.find((k) => Number.isNaN(lanes[0]![k]![lane]));
      if (lacking === undefined) copyLane(lane, drawn, b++);
      else refuse(oneClass, findings[lacking]!, ++numRedrawn, replicates);
    }
    onReplicate?.(b, replicates);
  }
  return {
    areas: drawn.map((model, m) =>
      model.map((areas, k) => ({ observed: observed[m]![k]![0]!, replicates: areas })),
    ),
    numRedrawn,
  };
}

/** Throws where a resample with one class ends the work. */
function refuse(oneClass: string, finding: string, numRedrawn: number, replicates: number): void {
  if (oneClass === "throw") {
    throw new RangeError(
      `compareModels: every resample must have both classes of every finding, got one class of ${finding}; set oneClass to skip or redraw, or resample within strata`,
    );
  }
  if (numRedrawn > mostRedrawn * replicates) {
    throw new RangeError(
      `compareModels: resamples must have both classes of every finding at least once in ${mostRedrawn}, got ${numRedrawn} without, the last for ${finding}`,
    );
  }
}
