import {
  binomialInterval,
  bootstrapInterval,
  mcnemarTest,
  pairedTTest,
  permutationTest,
  seededRandom,
  wilcoxonSignedRank,
} from "@cxrkit/statistics";

// #region binomialInterval
export const sensitivity = binomialInterval(18, 20, { method: "wilson" }); // 0.9, from 0.699 to 0.972
// #endregion binomialInterval

// #region mcnemarTest
// Of the same radiographs, 5 are right only by the first model and 12 only by the second.
export const accuracy = mcnemarTest(5, 12, { method: "exact" }); // { pValue: 0.143, numDiscordant: 17, … }
// #endregion mcnemarTest

// #region pairedTTest
const large = [0.81, 0.84, 0.79, 0.9, 0.88]; // AUROC on five test sets
const small = [0.78, 0.83, 0.8, 0.85, 0.84];
export const gain = pairedTTest(large, small); // { meanDifference: 0.024, t: 2.23, pValue: 0.0898, … }
// #endregion pairedTTest

// #region wilcoxonSignedRank
const first = [81, 84, 79, 90, 88, 77];
const second = [78, 83, 81, 85, 84, 71];
export const ranked = wilcoxonSignedRank(first, second); // { statistic: 19, pValue: 0.09375, method: "exact", … }
// #endregion wilcoxonSignedRank

// #region permutationTest
const doses = { a: [1.2, 2.3, 1.9], b: [2.8, 3.1, 2.6, 3.4, 2.9] };
export const groups = permutationTest(doses.a, doses.b, { paired: false, random: seededRandom(1) }); // pValue 2 / 56
// #endregion permutationTest

// #region bootstrapInterval
const minutes = [3, 5, 2, 9, 4, 4, 31, 6]; // one value a patient
const mean = (patients: Int32Array) =>
  patients.reduce((sum, patient) => sum + minutes[patient]!, 0) / patients.length;
export const reading = bootstrapInterval(minutes.length, mean, { random: seededRandom(1), method: "bca" }); // 8 minutes
// #endregion bootstrapInterval
