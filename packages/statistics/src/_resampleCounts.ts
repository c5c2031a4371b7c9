import { LANES } from "./_resampledAreas.js";
import { countDrawn, sfc32State } from "./_sfc32.js";

/** Who is drawn: patients by number from 0 on, each with its images. */
export interface Clusters {
  /** Patient of each image, `[rows]`; undefined where each image is a patient of its own. */
  readonly ofRow: Int32Array | undefined;
  /** Number of patients. */
  readonly count: number;
  /** Patients of each stratum; undefined where all are drawn together. */
  readonly strata: readonly Int32Array[] | undefined;
}

/**
 * Numbers patients, and strata, in the order in which they are met.
 *
 * @throws RangeError if a patient has images in two strata.
 */
export function clusterRows(
  rows: number,
  patients: ArrayLike<string | number> | undefined,
  strata: ArrayLike<string | number> | undefined,
): Clusters {
  const ofRow = patients === undefined ? undefined : numbered(patients);
  const count = ofRow === undefined ? rows : 1 + ofRow.reduce((most, patient) => Math.max(most, patient), -1);
  if (strata === undefined) return { ofRow, count, strata: undefined };
  const stratumOfRow = numbered(strata);
  const stratumOf = new Int32Array(count).fill(-1);
  const members: number[][] = [];
  for (let row = 0; row < rows; row++) {
    const patient = ofRow?.[row] ?? row;
    const stratum = stratumOfRow[row]!;
    if (stratumOf[patient] === stratum) continue;
    if (stratumOf[patient] !== -1) {
      throw new RangeError(
        `compareModels: strata must be one for each patient, got another for ${String(patients?.[row])} in row ${row}`,
      );
    }
    stratumOf[patient] = stratum;
    members[stratum] ??= [];
    members[stratum].push(patient);
  }
  return { ofRow, count, strata: members.map((patientsOf) => Int32Array.from(patientsOf)) };
}

function numbered(names: ArrayLike<string | number>): Int32Array {
  const numbers = new Map<string | number, number>();
  return Int32Array.from({ length: names.length }, (_, row) => {
    const name = names[row] as string | number;
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
}

/**
 * A function that draws four resamples, each of as many patients as there are (in each stratum), with replacement, and
 * gives how often each image counts: a byte a resample. Each four, numbered from 0 on, have a stream of the seed to
 * themselves, so that they can be drawn in any order and in any thread.
 *
 * @returns The same array at every call. A count above 255 would not fit; its probability is below 1e-490 for any
 * number of patients that fits into memory.
 */
export function resampleCounts(
  { ofRow, count, strata }: Clusters,
  seed: number,
): (block: number) => Int32Array {
  const drawn = new Int32Array(count);
  const bytes = new Uint8Array(drawn.buffer);
  const counts = ofRow === undefined ? drawn : new Int32Array(ofRow.length);
  return (block) => {
    const state = sfc32State(seed, block);
    drawn.fill(0);
    for (let lane = 0; lane < LANES; lane++) {
      if (strata === undefined) countDrawn(state, bytes, lane, count);
      else for (const members of strata) countDrawn(state, bytes, lane, members.length, members);
    }
    if (ofRow !== undefined) for (let row = 0; row < ofRow.length; row++) counts[row] = drawn[ofRow[row]!]!;
    return counts;
  };
}

/**
 * Counts of four resamples that leave one patient out each: those of numbers 4·block to 4·block + 3, all images of the
 * others counting once.
 */
export function leaveOneOut({ ofRow }: Clusters, rows: number): (block: number) => Int32Array {
  const counts = new Int32Array(ofRow?.length ?? rows);
  return (block) => {
    for (let row = 0; row < counts.length; row++) {
      const lane = (ofRow?.[row] ?? row) - LANES * block;
      counts[row] = lane >= 0 && lane < LANES ? 0x01010101 - (1 << (8 * lane)) : 0x01010101;
    }
    return counts;
  };
}
