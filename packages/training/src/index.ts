// Training

// Objective and optimiser
export { type AdamWOptions, type AdamWState, adamW, type TensorRecord } from "./adamW.js";
export type { Batch, BatchPosition, BatchSource } from "./BatchSource.js";
export { type ClipByGlobalNormResult, clipByGlobalNorm } from "./clipByGlobalNorm.js";
// Schedules
export { constantSchedule } from "./constantSchedule.js";
export { type CosineScheduleOptions, cosineSchedule } from "./cosineSchedule.js";
export type { FitData } from "./FitData.js";
export type { FitOptions, Matrix } from "./FitOptions.js";
export type { BestEpoch, EpochRecord, FitResult, StepRecord } from "./FitResult.js";
export { fit } from "./fit.js";
// Prediction
export { type PredictOptions, type PredictProgress, predict } from "./predict.js";
export { type ReadPredictionsOptions, readPredictions } from "./readPredictions.js";
export type { Schedule } from "./Schedule.js";
export { sparedFromDecay } from "./sparedFromDecay.js";
export type { StoredTensor, TensorFile, TensorFileContent } from "./TensorFile.js";
export type { TrainableModel } from "./TrainableModel.js";
export {
  type WeightedBinaryCrossEntropyOptions,
  weightedBinaryCrossEntropy,
} from "./weightedBinaryCrossEntropy.js";
export { writePredictions } from "./writePredictions.js";
