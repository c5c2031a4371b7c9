import { requireInteger, requirePositive } from "./_check.js";
import { requireFeatures, requireLabels } from "./_requireMatrix.js";
import type { Matrix } from "./Matrix.js";

/** Options of {@link kNearestNeighbours}. */
export interface KNearestNeighboursOptions {
  /** Number of neighbours that vote, an integer from 1 to the number of training images. @defaultValue `20` */
  readonly k?: number;
  /** Temperature T of the votes exp(similarity/T), above 0. @defaultValue `0.07` */
  readonly temperature?: number;
}

/** Test images whose similarities are formed side by side, so that each training vector is read once for all of them. */
const blockSize = 4;

/**
 * Weighted k-nearest-neighbour classification of features, an evaluation without training and without choices.
 *
 * The k training images most similar by cosine vote with weight exp(similarity/T). Each finding is voted on by itself:
 * its score is the weight of the neighbours that have it, divided by the weight of those whose label is known. For
 * labels of which exactly one is 1 this is the published rule. Where similarities are equal the earlier image counts.
 *
 * @param trainFeatures - Features of the training images `[n, D]`, finite; their lengths do not matter.
 * @param trainLabels - Labels `[n, K]`: 1, 0, or NaN for unknown.
 * @param testFeatures - Features of the images to score `[m, D]`.
 * @param options - k and temperature.
 * @returns Scores `[m, K]` in [0, 1], row-major; NaN where no neighbour's label is known.
 * @throws RangeError if sizes do not fit, a feature is not finite, a label is neither 1, 0 nor NaN, or a vector is 0.
 * @see Caron et al. (2021), Emerging Properties in Self-Supervised Vision Transformers, appendix F.1; Wu et al. (2018),
 * Unsupervised Feature Learning via Non-Parametric Instance Discrimination, section 3.4.
 * @example
 * {@includeCode ../example/evaluation.example.ts#neighbours}
 */
export function kNearestNeighbours(
  trainFeatures: Matrix,
  trainLabels: Matrix,
  testFeatures: Matrix,
  { k = 20, temperature = 0.07 }: KNearestNeighboursOptions = {},
): Float64Array {
  const where = "kNearestNeighbours";
  requireFeatures(where, "trainFeatures", trainFeatures);
  requireFeatures(where, "testFeatures", testFeatures);
  requireLabels(where, "trainLabels", trainLabels, trainFeatures.rows);
  requireInteger(where, "k", k, 1);
  requirePositive(where, "temperature", temperature);
  const { rows: numTrain, columns: width } = trainFeatures;
  if (testFeatures.columns !== width)
    throw new RangeError(`${where}: testFeatures must have ${width} columns, got ${testFeatures.columns}`);
  if (k > numTrain)
    throw new RangeError(`${where}: k must be at most the number of training images ${numTrain}, got ${k}`);
  const train = normalise("trainFeatures", trainFeatures);
  const test = normalise("testFeatures", testFeatures);
  const scores = new Float64Array(testFeatures.rows * trainLabels.columns);
  for (let first = 0; first < testFeatures.rows; first += blockSize) {
    const count = Math.min(blockSize, testFeatures.rows - first);
    const nearest = nearestOf(train, test, first, count, width, k);
    for (let i = 0; i < count; i++)
      vote(nearest[i] as Neighbours, trainLabels, temperature, scores, first + i);
  }
  return scores;
}

/** Unit vectors in double precision, so that products need no conversion. */
function normalise(subject: string, { data, rows, columns }: Matrix): Float64Array {
  const unit = Float64Array.from(data);
  for (let row = 0; row < rows; row++) {
    const vector = unit.subarray(row * columns, (row + 1) * columns);
    let largest = 0;
    for (let i = 0; i < columns; i++) largest = Math.max(largest, Math.abs(vector[i] as number));
    if (largest === 0)
      throw new RangeError(`kNearestNeighbours: ${subject} must not be 0 throughout a row, got row ${row}`);
    // In the unit of the largest component no square is out of range.
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += ((vector[i] as number) / largest) ** 2;
    const length = Math.sqrt(sum);
    for (let i = 0; i < columns; i++) vector[i] = (vector[i] as number) / largest / length;
  }
  return unit;
}

/** The k most similar training images of one test image, most similar first. */
interface Neighbours {
  readonly similarities: Float64Array;
  readonly images: Int32Array;
  /** How many are filled. */
  size: number;
}

function nearestOf(
  train: Float64Array,
  test: Float64Array,
  first: number,
  count: number,
  width: number,
  k: number,
): Neighbours[] {
  const nearest = Array.from({ length: count }, () => ({
    similarities: new Float64Array(k),
    images: new Int32Array(k),
    size: 0,
  }));
  // A block at the end may be short; its last vector then stands in for those that lack.
  const [a, b, c, d] = Array.from({ length: blockSize }, (_, i) => (first + Math.min(i, count - 1)) * width);
  const sums = new Float64Array(blockSize);
  const numTrain = train.length / width;
  for (let image = 0; image < numTrain; image++) {
    products(train, image * width, test, a as number, b as number, c as number, d as number, width, sums);
    for (let i = 0; i < count; i++) insert(nearest[i] as Neighbours, sums[i] as number, image);
  }
  return nearest;
}

/** Scalar products of one training vector with four test vectors. */
function products(
  train: Float64Array,
  offset: number,
  test: Float64Array,
  a: number,
  b: number,
  c: number,
  d: number,
  width: number,
  sums: Float64Array,
): void {
  let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
  for (let i = 0; i < width; i++) {
    const x = train[offset + i] as number;
    sumA += x * (test[a + i] as number);
    sumB += x * (test[b + i] as number);
    sumC += x * (test[c + i] as number);
    sumD += x * (test[d + i] as number);
  }
  sums[0] = sumA;
  sums[1] = sumB;
  sums[2] = sumC;
  sums[3] = sumD;
}

/** Keeps the list sorted; an image that is only as similar as the last one comes too late. */
function insert(neighbours: Neighbours, similarity: number, image: number): void {
  const { similarities, images } = neighbours;
  const isFull = neighbours.size === similarities.length;
  if (isFull && similarity <= (similarities[neighbours.size - 1] as number)) return;
  let place = isFull ? neighbours.size - 1 : neighbours.size++;
  while (place > 0 && similarity > (similarities[place - 1] as number)) {
    similarities[place] = similarities[place - 1] as number;
    images[place] = images[place - 1] as number;
    place--;
  }
  similarities[place] = similarity;
  images[place] = image;
}

function vote(
  { similarities, images }: Neighbours,
  { data, columns }: Matrix,
  temperature: number,
  scores: Float64Array,
  row: number,
): void {
  // Relative to the nearest, so that no weight overflows at a low temperature.
  const weights = similarities.map((similarity) =>
    Math.exp((similarity - (similarities[0] as number)) / temperature),
  );
  for (let finding = 0; finding < columns; finding++) {
    let positive = 0;
    let known = 0;
    for (let i = 0; i < weights.length; i++) {
      const label = data[(images[i] as number) * columns + finding] as number;
      if (Number.isNaN(label)) continue;
      known += weights[i] as number;
      positive += label * (weights[i] as number);
    }
    scores[row * columns + finding] = known > 0 ? positive / known : Number.NaN;
  }
}
