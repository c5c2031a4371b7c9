import type { LabelRows } from "./_labelRows.js";
import { randomStream, shuffleInPlace } from "./_random.js";

/** Share of the patients that the study keeps for testing: one in five, rounded down. */
const testShare = 5;

/**
 * Draws the study's test patients: all patients of the given rows in random order, the first fifth (rounded down) of
 * them. The choice depends on the seed and the set of ids alone, not on the order of the rows.
 */
function drawTestPatients(patientIds: Iterable<string>, seed: number): ReadonlySet<string> {
  const patients = [...new Set(patientIds)].sort();
  const shuffled = shuffleInPlace(patients, randomStream(seed, 21));
  return new Set(shuffled.slice(0, Math.floor(patients.length / testShare)));
}

/** Puts every row of the drawn patients into `test` and the others into `train`, but for rows that `skip` names. */
export function splitForStudy(
  rows: LabelRows,
  seed: number,
  skip: (row: number) => boolean = () => false,
): void {
  const drawn = rows.patientIds.filter((_, row) => !skip(row));
  const test = drawTestPatients(drawn, seed);
  rows.patientIds.forEach((patientId, row) => {
    if (!skip(row)) rows.splits[row] = test.has(patientId) ? "test" : "train";
  });
}
