export { type AdjustmentMethod, adjustPValues } from "./adjustPValues.js";
export type {
  AucEstimate,
  Comparison,
  Difference,
  Matrix,
  ModelEstimates,
  PairedDifferences,
} from "./Comparison.js";
export { type CompareModelsInput, type CompareModelsOptions, compareModels } from "./compareModels.js";
export { seededRandom } from "./seededRandom.js";
