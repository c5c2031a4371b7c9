import { hasBothClasses, type LabelCounts } from "./_countLabels.js";
import { type DecisionRule, laneMeasureNames, laneMeasures } from "./_laneMeasures.js";
import { type RankedScores, rankScores } from "./_rankScores.js";
import { type Clusters, leaveOneOut, resampleCounts } from "./_resampleCounts.js";
import { LANES, resampledAreas } from "./_resampledAreas.js";
import type {
  ComparedMeasure,
  CompareModelsInput,
  CompareModelsOptions,
  ThresholdPolicy,
} from "./compareModels.js";

type Measure = "rocAuc" | ComparedMeasure;

/** One measure of one model for one finding, or its macro mean. */
export interface FindingReplicates {
  /** On the images as they are. */
  readonly observed: number;
  /** On each resample; NaN where a class was not drawn. */
  readonly replicates: Float64Array;
  /** Without each of the patients, for BCa intervals; empty for others. */
  readonly leftOut: Float64Array;
}

/** Measures of all models, and how many resamples were thrown away for them. */
export interface BootstrapMeasures {
  /** By measure in the order asked for, then by model, then by finding with the macro mean last. */
  readonly measured: readonly (readonly (readonly FindingReplicates[])[])[];
  readonly numRedrawn: number;
}

/** Redrawn resamples for each one kept, above which a rare finding makes it hopeless. */
const mostRedrawn = 1000;

type Options = Pick<CompareModelsOptions, "onReplicate" | "oneClass" | "threshold" | "protocol"> & {
  readonly replicates: number;
  readonly measures: readonly Measure[];
  readonly interval: "percentile" | "basic" | "bca";
  readonly random: () => number;
};

/** Measures on resamples of the patients that all models share. */
export function bootstrapMeasures(
  { labels, models, findings }: CompareModelsInput,
  counts: readonly LabelCounts[],
  clusters: Clusters,
  options: Options,
): BootstrapMeasures {
  const {
    replicates,
    onReplicate,
    oneClass = "skip",
    measures,
    protocol,
    threshold = "refit-youden",
  } = options;
  const ranked = Object.entries(models).map(([name, scores]) =>
    findings.map((_, k) => withRule(rankScores(labels, scores, k), threshold, name, k)),
  );
  const included = findings.flatMap((_, k) => (hasBothClasses(counts[k]!) ? [k] : []));
  /** `[measure][model][finding]`, each of that length. */
  const arrays = (length: number) =>
    measures.map(() => ranked.map(() => counts.map(() => new Float64Array(length))));
  const lanes = arrays(LANES);
  const measure = (packed: Int32Array) => {
    ranked.forEach((model, m) => {
      for (const [k, finding] of model.entries()) {
        measureFinding(finding, packed, measures, protocol === "as-published", (i) => lanes[i]![m]![k]!);
      }
      for (const ofMeasure of lanes) writeMacro(ofMeasure[m]!, included);
    });
  };
  const observed = arrays(1);
  measure(new Int32Array(labels.rows).fill(0x01010101));
  copyLane(lanes, 0, observed, 0);

  const drawn = arrays(replicates);
  const numLeftOut = options.interval === "bca" ? clusters.count : 0;
  const total = replicates + numLeftOut;
  const draw = resampleCounts(clusters, options.random);
  let numRedrawn = 0;
  for (let b = 0; b < replicates; ) {
    measure(draw());
    for (let lane = 0; lane < LANES && b < replicates; lane++) {
      const lacking =
        oneClass === "skip" ? undefined : included.find((k) => Number.isNaN(lanes[0]![0]![k]![lane]));
      if (lacking === undefined) copyLane(lanes, lane, drawn, b++);
      else refuse(oneClass, findings[lacking]!, ++numRedrawn, replicates);
    }
    onReplicate?.(b, total);
  }
  const leftOut = arrays(numLeftOut);
  const without = leaveOneOut(clusters, labels.rows);
  for (let patient = 0; patient < numLeftOut; ) {
    measure(without(patient / LANES));
    for (let lane = 0; lane < LANES && patient < numLeftOut; lane++)
      copyLane(lanes, lane, leftOut, patient++);
    onReplicate?.(replicates + patient, total);
  }
  const measured = drawn.map((ofMeasure, i) =>
    ofMeasure.map((model, m) =>
      model.map((values, k) => ({
        observed: observed[i]![m]![k]![0]!,
        replicates: values,
        leftOut: leftOut[i]![m]![k]!,
      })),
    ),
  );
  return { measured, numRedrawn };
}

interface DecidedScores extends RankedScores {
  readonly cut: number | undefined;
}

function withRule(
  ranked: RankedScores,
  policy: ThresholdPolicy,
  model: string,
  column: number,
): DecidedScores {
  if (policy === "refit-youden") return { ...ranked, cut: undefined };
  const threshold = policy.frozen[model]![column]!;
  return { ...ranked, cut: ranked.scores.filter((score) => score < threshold).length };
}

function measureFinding(
  finding: DecidedScores,
  packed: Int32Array,
  measures: readonly Measure[],
  isAsPublished: boolean,
  lanesOf: (measure: number) => Float64Array,
): void {
  const area = measures.indexOf("rocAuc");
  if (area >= 0) resampledAreas(finding, packed, lanesOf(area));
  if (measures.length === (area >= 0 ? 1 : 0)) return;
  const values = new Float64Array(laneMeasureNames.length);
  const rule: DecisionRule = { cut: finding.cut, isAsPublished };
  for (let lane = 0; lane < LANES; lane++) {
    laneMeasures(finding, packed, lane, rule, values);
    measures.forEach((name, i) => {
      if (name !== "rocAuc") lanesOf(i)[lane] = values[laneMeasureNames.indexOf(name)]!;
    });
  }
}

/** Mean over the findings that have both classes at all. */
function writeMacro(findings: readonly Float64Array[], included: readonly number[]): void {
  const macro = findings.at(-1)!;
  for (let lane = 0; lane < LANES; lane++) {
    macro[lane] = included.reduce((sum, k) => sum + findings[k]![lane]!, 0) / included.length;
  }
}

type Arrays = readonly (readonly (readonly Float64Array[])[])[];

function copyLane(lanes: Arrays, lane: number, into: Arrays, at: number): void {
  into.forEach((ofMeasure, i) => {
    ofMeasure.forEach((model, m) => {
      model.forEach((values, k) => {
        values[at] = lanes[i]![m]![k]![lane]!;
      });
    });
  });
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
