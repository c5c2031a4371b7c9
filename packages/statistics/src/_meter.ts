import { type DecisionRule, laneMeasureNames, laneMeasures } from "./_laneMeasures.js";
import { type RankedImages, rankScores } from "./_rankScores.js";
import { LANES, resampledAreas } from "./_resampledAreas.js";
import type { ComparedMeasure, CompareModelsInput, ThresholdPolicy } from "./compareModels.js";

/** What can be measured. */
type Measure = "rocAuc" | ComparedMeasure;

/** Numbers by measure, then by model, then by finding with the macro mean last. */
export type MeasuredArrays = readonly (readonly (readonly Float64Array[])[])[];

/** Measures all models for all findings on four resamples at a time. */
export interface Meter {
  /** Overwrites `lanes` with the measures on four packed resamples. */
  readonly measure: (packed: Int32Array) => void;
  /** What was measured last, four numbers each. */
  readonly lanes: MeasuredArrays;
  /** Number of the first finding of which the lane has one class only, though the images have both. */
  readonly lacking: (lane: number) => number | undefined;
  /** Arrays of that length in the layout of `lanes`. */
  readonly arrays: (length: number) => MeasuredArrays;
}

/** One finding's images in the order of one model's score, and where decisions are made. */
export interface DecidedImages extends RankedImages {
  /** Number of images, from the lowest score on, that are below a frozen threshold; undefined to fit it. */
  readonly cut: number | undefined;
}

/** What is measured, and how. */
export interface MeterOptions {
  /** By model and finding. */
  readonly ranked: readonly (readonly DecidedImages[])[];
  /** Number of each finding that has both classes. */
  readonly included: readonly number[];
  /** The area under the ROC curve first. */
  readonly measures: readonly Measure[];
  /** Whether decisions are made as the study's own evaluation made them. */
  readonly isAsPublished: boolean;
}

/** Sorts every model's scores of every finding, once for all resamples. */
export function rankModels(
  { labels, models, findings }: Pick<CompareModelsInput, "labels" | "models" | "findings">,
  policy: ThresholdPolicy = "refit-youden",
): DecidedImages[][] {
  return Object.entries(models).map(([name, matrix]) =>
    findings.map((_, k) => {
      const { scores, ...ranked } = rankScores(labels, matrix, k);
      const threshold = policy === "refit-youden" ? undefined : policy.frozen[name]![k]!;
      const cut = threshold === undefined ? undefined : scores.filter((score) => score < threshold).length;
      return { ...ranked, cut };
    }),
  );
}

/** Measures ranked images. */
export function createMeter({ ranked, included, measures, isAsPublished }: MeterOptions): Meter {
  const numColumns = (ranked[0]?.length ?? 0) + 1;
  const arrays = (length: number) =>
    measures.map(() => ranked.map(() => Array.from({ length: numColumns }, () => new Float64Array(length))));
  const lanes = arrays(LANES);
  const scratch: Scratch = {
    area: new Float64Array(LANES),
    totals: new Float64Array(2 * LANES),
    values: new Float64Array(laneMeasureNames.length * LANES),
  };
  const measure = (packed: Int32Array) => {
    ranked.forEach((model, m) => {
      for (const [k, finding] of model.entries()) {
        measureFinding(finding, packed, { measures, isAsPublished }, scratch, (i) => lanes[i]![m]![k]!);
      }
      for (const ofMeasure of lanes) writeMacro(ofMeasure[m]!, included);
    });
  };
  const lacking = (lane: number) => included.find((k) => Number.isNaN(lanes[0]![0]![k]![lane]));
  return { measure, lanes, lacking, arrays };
}

/** Numbers that one finding's measures pass through, of four resamples. */
interface Scratch {
  readonly area: Float64Array;
  readonly totals: Float64Array;
  readonly values: Float64Array;
}

function measureFinding(
  finding: DecidedImages,
  packed: Int32Array,
  { measures, isAsPublished }: Pick<MeterOptions, "measures" | "isAsPublished">,
  { area, totals, values }: Scratch,
  lanesOf: (measure: number) => Float64Array,
): void {
  resampledAreas(finding, packed, area, totals);
  const rule: DecisionRule = { cut: finding.cut, isAsPublished };
  if (measures.some((name) => name !== "rocAuc")) laneMeasures(finding, packed, totals, rule, values);
  measures.forEach((name, i) => {
    const from = name === "rocAuc" ? undefined : LANES * laneMeasureNames.indexOf(name);
    lanesOf(i).set(from === undefined ? area : values.subarray(from, from + LANES));
  });
}

/** Mean over the findings that have both classes at all. */
function writeMacro(findings: readonly Float64Array[], included: readonly number[]): void {
  const macro = findings.at(-1)!;
  for (let lane = 0; lane < LANES; lane++) {
    macro[lane] = included.reduce((sum, k) => sum + findings[k]![lane]!, 0) / included.length;
  }
}
