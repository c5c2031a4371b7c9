import fc from "fast-check";

/** A label and its score. */
export type Row = readonly [label: number, score: number];

/** Rows of both classes, with few distinct scores, so that ties abound. */
export const bothClasses: fc.Arbitrary<Row[]> = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: -20, max: 20 })), { minLength: 2, maxLength: 60 })
  .filter((rows) => rows.some(([label]) => label === 1) && rows.some(([label]) => label === 0));

/** Rows with missing labels, of any number of classes, with probabilities many of which are round. */
export const probabilities: fc.Arbitrary<Row[]> = fc.array(
  fc.tuple(
    fc.constantFrom(0, 1, Number.NaN),
    fc.oneof(
      fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20),
      fc.double({ min: 0, max: 1, noNaN: true }),
    ),
  ),
  { maxLength: 60 },
);

/** Labels and scores of rows. */
export function unzip(rows: readonly Row[]): readonly [labels: number[], scores: number[]] {
  return [rows.map(([label]) => label), rows.map(([, score]) => score)];
}
