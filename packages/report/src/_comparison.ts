import type { AucEstimate, Comparison, Difference } from "@cxrkit/statistics";
import { requireSome } from "./_check.js";
import { countText, findingName, percentText } from "./_format.js";

/** A comparison as rows: a finding, what each model says of it, and each pair. */
export interface Row {
  readonly finding: string;
  readonly isMacro: boolean;
  readonly estimates: readonly AucEstimate[];
  readonly differences: readonly Difference[];
}

/** Rows of a comparison, the macro mean last, once it is sure that all speak of the same findings and images. */
export function rowsOf(where: string, comparison: Comparison): Row[] {
  const models = Object.entries(comparison.models);
  requireSome(where, "models", models.length);
  const [first, { perFinding }] = models[0] as (typeof models)[number];
  requireSome(where, `findings of ${first}`, perFinding.length);
  for (const [name, model] of models) requireSame(where, first, perFinding, name, model.perFinding);
  for (const { a, b, perFinding: others } of comparison.pairs)
    requireSame(where, first, perFinding, `${a} − ${b}`, others);
  const row = (
    finding: string,
    pick: <T>(of: { perFinding: readonly T[]; macro: T }) => T,
    isMacro: boolean,
  ) => ({
    finding: findingName(finding),
    isMacro,
    estimates: models.map(([, model]) => pick(model)),
    differences: comparison.pairs.map((pair) => pick(pair)),
  });
  return [
    ...perFinding.map(({ finding }, i) => row(finding, (of) => of.perFinding[i]!, false)),
    row("macro", (of) => of.macro, true),
  ];
}

type Entry = { readonly finding: string } & Partial<AucEstimate>;

function requireSame(
  where: string,
  first: string,
  expected: readonly Entry[],
  name: string,
  given: readonly Entry[],
): void {
  const key = ({ finding, numPositives, numNegatives }: Entry, isCounted: boolean) =>
    isCounted ? `${finding} (${numPositives} positive, ${numNegatives} negative)` : finding;
  for (let i = 0; i < Math.max(expected.length, given.length); i++) {
    const isCounted = given[i]?.numPositives !== undefined;
    const wanted = expected[i] ? key(expected[i]!, isCounted) : "no more";
    const got = given[i] ? key(given[i]!, isCounted) : "no more";
    if (wanted !== got) {
      throw new RangeError(
        `${where}: findings of ${name} must be those of ${first}, ${wanted} at ${i}, got ${got}`,
      );
    }
  }
}

/** Why an area is not a number. */
export function lackOf({ numPositives, numNegatives }: AucEstimate): string {
  if (numPositives === 0 && numNegatives === 0) return "no labelled image";
  if (numPositives === 0) return "no positive image";
  if (numNegatives === 0) return "no negative image";
  return "not defined";
}

/** How the intervals were made, in a sentence. */
export function methodText({ method }: Comparison): string {
  const { coverage, interval, replicates, resampled, numResampled, numStrata, seed } = method;
  const within = numStrata > 1 ? ` within ${countText(numStrata)} strata` : "";
  return `Intervals: ${percentText(coverage)} ${interval} bootstrap, ${countText(replicates)} resamples of ${countText(numResampled)} ${resampled}${within}, seed ${seed}.`;
}
