import { seededRandom } from "@cxrkit/statistics";
import { requireSome, requireWithin } from "./_check.js";
import type { RocBand } from "./RocBand.js";

/** Rates of a band at evenly spaced false positive rates. */
export interface BandPoint {
  readonly fpr: number;
  readonly lower: number;
  readonly upper: number;
}

const numSteps = 100;

/** Refuses options of a band that cannot be. */
export function requireBand(where: string, { seed, replicates = 200, coverage = 0.95 }: RocBand): void {
  requireWithin(where, "seed of the band", seed, 0, Number.MAX_SAFE_INTEGER);
  requireWithin(where, "replicates of the band", replicates, 20, 10_000);
  requireWithin(where, "coverage of the band", coverage, Number.MIN_VALUE, 1 - Number.EPSILON);
}

/** Resamples of whole patients, as how often each image is in them. The same array is handed out anew each time. */
export function* resampledWeights(
  numImages: number,
  { seed, replicates = 200, patients }: RocBand,
): Generator<Float64Array> {
  const patientOf = patients ? numberPatients(patients) : Int32Array.from({ length: numImages }, (_, i) => i);
  if (patientOf.length !== numImages) {
    throw new RangeError(
      `rocBand: patients must be one for each of ${numImages} images, got ${patientOf.length}`,
    );
  }
  const numPatients = patientOf.reduce((most, one) => Math.max(most, one + 1), 0);
  requireSome("rocBand", "patients", numPatients);
  const random = seededRandom(seed);
  const drawn = new Float64Array(numPatients);
  const weights = new Float64Array(numImages);
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawn.fill(0);
    for (let i = 0; i < numPatients; i++) drawn[Math.floor(random() * numPatients)]! += 1;
    for (let i = 0; i < numImages; i++) weights[i] = drawn[patientOf[i] as number] as number;
    yield weights;
  }
}

function numberPatients(patients: ArrayLike<string | number>): Int32Array {
  const numbers = new Map<string | number, number>();
  return Int32Array.from(patients, (patient) => {
    const number = numbers.get(patient) ?? numbers.size;
    numbers.set(patient, number);
    return number;
  });
}

/**
 * Pointwise band of a ROC curve by vertical averaging (Fawcett 2006, algorithm 3): the curve of each resample is read at
 * the same false positive rates, and at each of them the quantiles of type 7 are taken. Resamples of one class say
 * nothing and are left out; with none left there is no band.
 */
export function rocBand(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  resamples: Iterable<ArrayLike<number>>,
  coverage: number,
): BandPoint[] {
  const ranked = rank(labels, scores);
  const heights: Float64Array[] = [];
  for (const weights of resamples) {
    const curve = curveOf(ranked, weights);
    if (curve) heights.push(curve);
  }
  if (heights.length === 0) return [];
  const tail = (1 - coverage) / 2;
  return Array.from({ length: numSteps + 1 }, (_, step) => {
    const sorted = Float64Array.from(heights, (one) => one[step] as number).sort();
    return { fpr: step / numSteps, lower: quantile(sorted, tail), upper: quantile(sorted, 1 - tail) };
  });
}

/** Images with a known label by descending score. */
interface Ranked {
  /** Index of each among all images. */
  readonly order: Int32Array;
  /** 1 for a positive, 0 for a negative. */
  readonly isPositive: Uint8Array;
  /** 1 for the last of its score: only there the curve has a corner. */
  readonly isCorner: Uint8Array;
}

function rank(labels: ArrayLike<number>, scores: ArrayLike<number>): Ranked {
  const order = Int32Array.from(scores, (_, i) => i)
    .filter((i) => !Number.isNaN(labels[i]))
    .sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const isPositive = Uint8Array.from(order, (i) => labels[i] as number);
  const isCorner = Uint8Array.from(order, (i, at) =>
    at === order.length - 1 || scores[order[at + 1] as number] !== scores[i] ? 1 : 0,
  );
  return { order, isPositive, isCorner };
}

/** True positive rates of a weighted curve at the steps of the false positive rate; undefined if a class is empty. */
function curveOf(
  { order, isPositive, isCorner }: Ranked,
  weights: ArrayLike<number>,
): Float64Array | undefined {
  let numPositives = 0;
  let numNegatives = 0;
  for (let at = 0; at < order.length; at++) {
    const weight = weights[order[at] as number] as number;
    if (isPositive[at] === 1) numPositives += weight;
    else numNegatives += weight;
  }
  if (numPositives === 0 || numNegatives === 0) return undefined;
  const rates = new Float64Array(numSteps + 1);
  let [fpr, tpr, trues, falses, step] = [0, 0, 0, 0, 0];
  for (let at = 0; at < order.length; at++) {
    const weight = weights[order[at] as number] as number;
    if (isPositive[at] === 1) trues += weight;
    else falses += weight;
    if (isCorner[at] === 0) continue;
    const x = falses / numNegatives;
    const y = trues / numPositives;
    for (; step <= numSteps && step / numSteps < x; step++) {
      rates[step] = tpr + ((y - tpr) * (step / numSteps - fpr)) / (x - fpr);
    }
    fpr = x;
    tpr = y;
  }
  return rates.fill(1, step);
}

function quantile(sorted: Float64Array, fraction: number): number {
  const place = (sorted.length - 1) * fraction;
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (place - below);
}
