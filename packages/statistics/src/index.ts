export type { Alternative } from "./Alternative.js";
export { adjustComparisons } from "./adjustComparisons.js";
export { type AdjustmentMethod, adjustPValues } from "./adjustPValues.js";
export {
  type BinomialIntervalMethod,
  type BinomialIntervalOptions,
  type BinomialIntervalResult,
  binomialInterval,
} from "./binomialInterval.js";
export {
  type BootstrapIntervalOptions,
  type BootstrapIntervalResult,
  bootstrapInterval,
} from "./bootstrapInterval.js";
export type {
  AucEstimate,
  Comparison,
  Difference,
  Matrix,
  MeasureComparison,
  MeasureEstimate,
  ModelEstimates,
  PairedDifferences,
} from "./Comparison.js";
export {
  type ComparedMeasure,
  type CompareModelsInput,
  type CompareModelsOptions,
  compareModels,
  type FrozenThresholds,
  type ThresholdPolicy,
} from "./compareModels.js";
export { type CompareModelsInWorkersOptions, compareModelsInWorkers } from "./compareModelsInWorkers.js";
export { type DelongInterval, type DelongIntervalOptions, delongInterval } from "./delongInterval.js";
export { type DelongTest, type DelongTestOptions, delongTest } from "./delongTest.js";
export { type DelongTestUnpaired, delongTestUnpaired, type ScoredSample } from "./delongTestUnpaired.js";
export {
  type McnemarTestMethod,
  type McnemarTestOptions,
  type McnemarTestResult,
  mcnemarTest,
} from "./mcnemarTest.js";
export { type PairedTTestOptions, type PairedTTestResult, pairedTTest } from "./pairedTTest.js";
export {
  type PermutationTestOptions,
  type PermutationTestResult,
  permutationTest,
} from "./permutationTest.js";
export { seededRandom } from "./seededRandom.js";
export {
  type WilcoxonSignedRankOptions,
  type WilcoxonSignedRankResult,
  wilcoxonSignedRank,
} from "./wilcoxonSignedRank.js";
