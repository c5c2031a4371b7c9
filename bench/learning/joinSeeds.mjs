// Joins models that differ in their seed alone: what one seed gives on average, and what the mean of the seeds differs by.
import { studentQuantile, studentTail } from "../../packages/statistics/dist/_studentT.js";
import { adjustPValues } from "../../packages/statistics/dist/index.js";

/**
 * The area of each start as the mean over its seeds, and its difference from another start's, twice.
 *
 * `ofPatients`: on each resample of the test patients the areas of the seeds are averaged; interval and p value are those
 * of compareModels on these averages (percentiles of type 7; twice the smaller part on either side of 0, the resample at
 * hand counted in). They speak of other patients and these very trainings.
 *
 * `ofBoth`: the variance of these replicates and the variances of both starts' seeds, each over its number of seeds, add up
 * to the squared standard error of a t statistic, whose degrees of freedom are Satterthwaite's, the patients' part counted
 * as known. It speaks of other patients and other seeds, and is left out where there is one seed only.
 *
 * @param comparison - Of compareModels with `keepReplicates`.
 * @param starts - Names of the models of each start, by start, in the order of the seeds.
 * @param reference - Start that the others are compared with.
 * @returns By start: `estimate`, `lower`, `upper` (over patients), `bySeed`, `spread` (standard deviation of the seeds'
 * areas, NaN for one seed), and for all but the reference `difference`.
 * @see Satterthwaite (1946), Biometrics Bulletin 2, 110-114.
 */
export function joinSeeds(comparison, starts, reference) {
  const joined = Object.fromEntries(
    Object.entries(starts).map(([start, names]) => [start, joinModels(comparison, names)]),
  );
  const base = joined[reference];
  return Object.fromEntries(
    Object.entries(joined).map(([start, { replicates, ...area }]) => {
      if (start === reference) return [start, area];
      return [start, { ...area, difference: differenceOf({ ...area, replicates }, base) }];
    }),
  );
}

function differenceOf(one, base) {
  const estimate = one.estimate - base.estimate;
  const replicates = one.replicates.map((value, i) => value - base.replicates[i]);
  const ofPatients = { ...intervalOf(replicates), pValue: pValueOf(replicates) };
  if (one.bySeed.length < 2) return { estimate, ofPatients };
  const ofSeeds = [one, base].map(({ spread, bySeed }) => spread ** 2 / bySeed.length);
  const variance = varianceOf(replicates) + ofSeeds[0] + ofSeeds[1];
  const freedom =
    variance ** 2 / (ofSeeds[0] ** 2 / (one.bySeed.length - 1) + ofSeeds[1] ** 2 / (base.bySeed.length - 1));
  const error = Math.sqrt(variance);
  const reach = studentQuantile(0.025, freedom) * error;
  const pValue = 2 * studentTail(Math.abs(estimate) / error, freedom);
  return {
    estimate,
    ofPatients,
    ofBoth: { lower: estimate - reach, upper: estimate + reach, pValue, freedom },
  };
}

function joinModels({ models, replicates }, names) {
  const bySeed = names.map((name) => models[name].macro.estimate);
  const { rows, columns } = replicates[names[0]];
  // The last column is the mean of the findings; without both classes of one of them it is NaN, for all models alike.
  const averages = Array.from({ length: rows }, (_, row) =>
    meanOf(names.map((name) => replicates[name].data[(row + 1) * columns - 1])),
  ).filter((value) => !Number.isNaN(value));
  const spread = Math.sqrt(varianceOf(bySeed));
  return { estimate: meanOf(bySeed), ...intervalOf(averages), bySeed, spread, replicates: averages };
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function varianceOf(values) {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

function intervalOf(values) {
  const sorted = Float64Array.from(values).sort();
  const quantile = (level) => {
    const place = level * (sorted.length - 1);
    const below = Math.floor(place);
    const above = sorted[Math.min(below + 1, sorted.length - 1)];
    return sorted[below] + (place - below) * (above - sorted[below]);
  };
  return { lower: quantile(0.025), upper: quantile(0.975) };
}

function pValueOf(differences) {
  const count = (isOnSide) => (1 + differences.filter(isOnSide).length) / (1 + differences.length);
  return Math.min(
    1,
    2 *
      Math.min(
        count((value) => value <= 0),
        count((value) => value >= 0),
      ),
  );
}

/**
 * Adjusts the p values of the differences of several sets together, after Holm; those over patients and those over both
 * are a family each.
 *
 * @param sets - Results of {@link joinSeeds} by set.
 * @returns The same, with an `adjustedPValue` beside each `pValue`.
 */
export function adjustTogether(sets) {
  const result = structuredClone(sets);
  const differences = Object.values(result)
    .flatMap((starts) => Object.values(starts))
    .flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
  for (const kind of ["ofPatients", "ofBoth"]) {
    const family = differences.flatMap((difference) => difference[kind] ?? []);
    const pValues = family.map(({ pValue }) => pValue);
    const adjusted = adjustPValues(pValues, "holm");
    for (const [i, one] of family.entries()) one.adjustedPValue = adjusted[i];
  }
  return result;
}
