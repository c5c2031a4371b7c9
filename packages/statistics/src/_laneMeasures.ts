import type { RankedImages } from "./_rankScores.js";
import { FLUSH, LANES } from "./_resampledAreas.js";

/** What {@link laneMeasures} writes, in this order. */
export const laneMeasureNames = ["averagePrecision", "accuracy", "sensitivity", "specificity", "f1"] as const;

/** Where decisions are made. */
export interface DecisionRule {
  /** Number of images, from the lowest score on, that are below a frozen threshold; undefined to fit it. */
  readonly cut: number | undefined;
  /**
   * Whether a score equal to the fitted threshold counts as negative, though the index was taken with it as positive,
   * and 1e-15 is added to denominators, as the study's own evaluation did.
   */
  readonly isAsPublished: boolean;
}

/** Places of four numbers each, one a resample, in the numbers that a pass keeps. */
const TP = 0;
const FP = LANES;
const TP_BEFORE = 2 * LANES;
const FP_BEFORE = 3 * LANES;
const PRECISIONS = 4 * LANES;
const INDEX = 5 * LANES;
const CALLED_TP = 6 * LANES;
const CALLED_FP = 7 * LANES;

/** What a pass works with. */
interface Pass {
  readonly packed: Int32Array;
  /** Positives of the four resamples, then their negatives. */
  readonly totals: Float64Array;
  readonly isFitted: boolean;
  readonly isAsPublished: boolean;
  readonly numbers: Float64Array;
}

/**
 * Average precision, and the decision measures at a threshold, on four packed resamples.
 *
 * One pass from the highest score down. Without a `cut` the threshold is that of the greatest Youden index of the
 * resample itself, the highest of several. Only positives can raise either measure, so that negatives are summed two
 * resamples to an integer until one comes.
 *
 * @param ranked - One finding's images in the order of one model's score.
 * @param packed - How often each image counts, a byte a resample. `[rows]`
 * @param totals - Positives of the four resamples, then negatives, as `resampledAreas` counts them. `[8]`
 * @param rule - Where decisions are made.
 * @param into - Receives the measures, four of each; all NaN where a class is empty. `[5 · 4]`
 */
export function laneMeasures(
  { ranked, borders }: RankedImages,
  packed: Int32Array,
  totals: Float64Array,
  { cut, isAsPublished }: DecisionRule,
  into: Float64Array,
): void {
  const numbers = new Float64Array(8 * LANES);
  const pass: Pass = { packed, totals, isFitted: cut === undefined, isAsPublished, numbers };
  for (let s = borders.length - 1; s > 0; s--) {
    const start = borders[s - 1]!;
    const isTied = s % 2 === 0;
    if (isTied) numbers.copyWithin(TP_BEFORE, TP, TP + 2 * LANES);
    for (let end = borders[s]!; end > start; ) {
      if (end === cut) call(numbers);
      // The cut lies between scores that differ, so that it never parts a tie.
      const first = Math.max(start, end - FLUSH, cut !== undefined && cut < end ? cut : 0);
      descend(pass, ranked, first, end, isTied);
      end = first;
    }
    if (isTied) endTie(pass);
  }
  if (cut === 0) call(numbers);
  writeMeasures(pass, into);
}

/** Passes at most {@link FLUSH} images, without a border between them. */
function descend(pass: Pass, ranked: Int32Array, first: number, end: number, isTied: boolean): void {
  const { packed, numbers } = pass;
  let even = 0;
  let odd = 0;
  for (let i = end - 1; i >= first; i--) {
    const image = ranked[i]!;
    const count = packed[image >> 1]!;
    if ((image & 1) === 0) {
      even = (even + (count & 0xff00ff)) | 0;
      odd = (odd + ((count >>> 8) & 0xff00ff)) | 0;
    } else if (isTied) {
      for (let lane = 0; lane < LANES; lane++) numbers[TP + lane]! += (count >>> (8 * lane)) & 0xff;
    } else {
      meet(pass, 0, count & 0xff, even & 0xffff);
      meet(pass, 1, (count >>> 8) & 0xff, odd & 0xffff);
      meet(pass, 2, (count >>> 16) & 0xff, even >>> 16);
      meet(pass, 3, count >>> 24, odd >>> 16);
    }
  }
  numbers[FP]! += even & 0xffff;
  numbers[FP + 1]! += odd & 0xffff;
  numbers[FP + 2]! += even >>> 16;
  numbers[FP + 3]! += odd >>> 16;
}

/** A positive, and the negatives since the sums were last emptied. */
function meet(pass: Pass, lane: number, count: number, passed: number): void {
  if (count === 0) return;
  const { numbers } = pass;
  const fp = numbers[FP + lane]! + passed;
  const tp = numbers[TP + lane]! + count;
  numbers[TP + lane] = tp;
  weigh(pass, lane, count, tp, fp, fp);
}

/** A run of equal scores is called as one. */
function endTie(pass: Pass): void {
  const { numbers } = pass;
  for (let lane = 0; lane < LANES; lane++) {
    const tp = numbers[TP + lane]!;
    const added = tp - numbers[TP_BEFORE + lane]!;
    if (added > 0) weigh(pass, lane, added, tp, numbers[FP + lane]!, numbers[FP_BEFORE + lane]!);
  }
}

/** Adds the precision where positives were met, and keeps the place if its Youden index is the greatest so far. */
function weigh(
  { totals, isFitted, isAsPublished, numbers }: Pass,
  lane: number,
  added: number,
  tp: number,
  fp: number,
  fpAbove: number,
): void {
  numbers[PRECISIONS + lane]! += (added * tp) / (tp + fp);
  if (!isFitted) return;
  const positives = totals[lane]!;
  const negatives = totals[LANES + lane]!;
  // In whole numbers two equal indices are equal; the published evaluation took them as fractions.
  const index = isAsPublished ? tp / positives - fp / negatives : tp * negatives - fp * positives;
  if (!(index > numbers[INDEX + lane]!)) return;
  numbers[INDEX + lane] = index;
  numbers[CALLED_TP + lane] = isAsPublished ? tp - added : tp;
  numbers[CALLED_FP + lane] = isAsPublished ? fpAbove : fp;
}

/** What was passed so far is what is called positive. */
function call(numbers: Float64Array): void {
  numbers.copyWithin(CALLED_TP, TP, TP + 2 * LANES);
}

function writeMeasures({ totals, isAsPublished, numbers }: Pass, into: Float64Array): void {
  const more = isAsPublished ? 1e-15 : 0;
  for (let lane = 0; lane < LANES; lane++) {
    const positives = totals[lane]!;
    const negatives = totals[LANES + lane]!;
    const isKnown = positives > 0 && negatives > 0;
    const tp = numbers[CALLED_TP + lane]!;
    const fp = numbers[CALLED_FP + lane]!;
    into[lane] = isKnown ? numbers[PRECISIONS + lane]! / positives : Number.NaN;
    into[LANES + lane] = isKnown ? (tp + negatives - fp) / (positives + negatives + more) : Number.NaN;
    into[2 * LANES + lane] = isKnown ? tp / (positives + more) : Number.NaN;
    into[3 * LANES + lane] = isKnown ? (negatives - fp) / (negatives + more) : Number.NaN;
    into[4 * LANES + lane] = isKnown ? (2 * tp) / (tp + fp + positives + more) : Number.NaN;
  }
}
