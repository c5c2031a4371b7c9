import { createMeter, type MeasuredArrays, type Meter, type MeterOptions } from "./_meter.js";
import { type Clusters, leaveOneOut, resampleCounts } from "./_resampleCounts.js";
import { LANES } from "./_resampledAreas.js";

/** Part of the resamples; both ranges begin at a multiple of four. */
export interface Share {
  /** Resamples with replacement, from the first to before the second. */
  readonly replicates: readonly [number, number];
  /** Resamples that leave out a patient each, for BCa intervals, likewise. */
  readonly leftOut: readonly [number, number];
}

/** Measures of all models on a share of the resamples. */
export interface BootstrapMeasures {
  /** On the images as they are, one number each. */
  readonly observed: MeasuredArrays;
  /** On each resample of the share; NaN where a class was not drawn. */
  readonly replicates: MeasuredArrays;
  /** Without each patient of the share. */
  readonly leftOut: MeasuredArrays;
  /** Resamples thrown away because a finding had one class in them. */
  readonly numRedrawn: number;
}

/** What is resampled, and how; plain data, so that it can cross to another thread. */
export interface BootstrapWork extends MeterOptions {
  readonly findings: readonly string[];
  /** Number of images. */
  readonly numImages: number;
  readonly clusters: Clusters;
  readonly seed: number;
  readonly oneClass: "skip" | "redraw" | "throw";
}

/** Redrawn resamples for each one kept, above which a rare finding makes it hopeless. */
const mostRedrawn = 1000;

/**
 * Measures on a share of the resamples of the patients, which all models share. What is drawn for a replicate depends on
 * the seed and its number alone (unless resamples are redrawn), whatever the share.
 *
 * @param onDone - Told how many resamples of the share are done.
 */
export function bootstrapMeasures(
  work: BootstrapWork,
  share: Share,
  onDone: (done: number) => void,
): BootstrapMeasures {
  const meter = createMeter(work);
  const observed = meter.arrays(1);
  meter.measure(new Int32Array(work.numImages).fill(0x01010101));
  copyLane(meter.lanes, 0, observed, 0);
  const { replicates, numRedrawn } = drawReplicates(work, meter, share.replicates, onDone);
  const [first, end] = share.replicates;
  const leftOut = leavePatientsOut(work, meter, share.leftOut, (done) => onDone(end - first + done));
  return { observed, replicates, leftOut, numRedrawn };
}

function drawReplicates(
  { findings, clusters, oneClass, seed }: BootstrapWork,
  meter: Meter,
  [first, end]: readonly [number, number],
  onDone: (done: number) => void,
): { replicates: MeasuredArrays; numRedrawn: number } {
  const draw = resampleCounts(clusters, seed);
  const length = end - first;
  const replicates = meter.arrays(length);
  let numRedrawn = 0;
  for (let b = 0, block = first / LANES; b < length; block++) {
    meter.measure(draw(block));
    for (let lane = 0; lane < LANES && b < length; lane++) {
      const lacking = oneClass === "skip" ? undefined : meter.lacking(lane);
      if (lacking === undefined) copyLane(meter.lanes, lane, replicates, b++);
      else refuse(oneClass, findings[lacking]!, ++numRedrawn, length);
    }
    onDone(b);
  }
  return { replicates, numRedrawn };
}

function leavePatientsOut(
  { numImages, clusters }: BootstrapWork,
  meter: Meter,
  [first, end]: readonly [number, number],
  onDone: (done: number) => void,
): MeasuredArrays {
  const leftOut = meter.arrays(end - first);
  const without = leaveOneOut(clusters, numImages);
  for (let patient = first; patient < end; ) {
    meter.measure(without(patient / LANES));
    for (let lane = 0; lane < LANES && patient < end; lane++)
      copyLane(meter.lanes, lane, leftOut, patient++ - first);
    onDone(patient - first);
  }
  return leftOut;
}

function copyLane(lanes: MeasuredArrays, lane: number, into: MeasuredArrays, at: number): void {
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
