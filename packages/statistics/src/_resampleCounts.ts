import { LANES } from "./_resampledAreas.js";

/** Patient of each image as an index from 0 on, and how many patients there are. */
export interface Clusters {
  /** `[rows]`; undefined where each image is a patient of its own. */
  readonly ofRow: Int32Array | undefined;
  readonly count: number;
}

/** Numbers patients in the order in which they are met. */
export function clusterRows(rows: number, patients: ArrayLike<string | number> | undefined): Clusters {
  if (patients === undefined) return { ofRow: undefined, count: rows };
  const numbers = new Map<string | number, number>();
  const ofRow = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const patient = patients[row] as string | number;
    let number = numbers.get(patient);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(patient, number);
    }
    ofRow[row] = number;
  }
  return { ofRow, count: numbers.size };
}

/**
 * A function that draws four resamples, each of as many patients as there are, with replacement, and gives how often
 * each image counts: a byte a resample.
 *
 * @returns The same array at every call. A count above 255 would not fit; its probability is below 1e-490 for any
 * number of patients that fits into memory.
 */
export function resampleCounts({ ofRow, count }: Clusters, random: () => number): () => Int32Array {
  const drawn = new Int32Array(count);
  const bytes = new Uint8Array(drawn.buffer);
  const counts = ofRow === undefined ? drawn : new Int32Array(ofRow.length);
  return () => {
    drawn.fill(0);
    for (let lane = 0; lane < LANES; lane++) {
      for (let i = 0; i < count; i++) bytes[LANES * Math.floor(random() * count) + lane]!++;
    }
    if (ofRow !== undefined) for (let row = 0; row < ofRow.length; row++) counts[row] = drawn[ofRow[row]!]!;
    return counts;
  };
}
