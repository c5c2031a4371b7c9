// Training

// Objective and optimiser
export { adam } from "./adam.js";
export { type AdamWOptions, type AdamWState, adamW, type TensorRecord } from "./adamW.js";
export { type AsymmetricLossOptions, asymmetricLoss } from "./asymmetricLoss.js";
export type { Batch, BatchPosition, BatchSource } from "./BatchSource.js";
export type { CropOptions } from "./CropOptions.js";
export { type ClipByGlobalNormResult, clipByGlobalNorm } from "./clipByGlobalNorm.js";
// Schedules
export { constantSchedule } from "./constantSchedule.js";
export { type CosineScheduleOptions, cosineSchedule } from "./cosineSchedule.js";
export { type DistillationOptions, dinoLoss } from "./dinoLoss.js";
export type { FeatureModel } from "./FeatureModel.js";
export type { FitData } from "./FitData.js";
export type {
  AsymmetricFitLoss,
  CrossEntropyFitLoss,
  CustomFitLoss,
  FitLoss,
  FocalFitLoss,
} from "./FitLoss.js";
export type { FitOptions, Matrix } from "./FitOptions.js";
export type {
  BestEpoch,
  EpochRecord,
  FitResult,
  RunResult,
  StepRecord,
  ValidationRecord,
} from "./FitResult.js";
export { fit } from "./fit.js";
export { type FocalLossOptions, focalLoss } from "./focalLoss.js";
// Pretraining without labels
export { ibotLoss } from "./ibotLoss.js";
export { koLeoLoss } from "./koLeoLoss.js";
export type { LabelLossOptions } from "./LabelLossOptions.js";
export { layerDecay } from "./layerDecay.js";
export { type LinearScheduleOptions, linearSchedule } from "./linearSchedule.js";
export { type OneCycleScheduleOptions, oneCycleSchedule } from "./oneCycleSchedule.js";
// Logs of a run
export { openCsvLog } from "./openCsvLog.js";
export { type OpenLogOptions, openJsonlLog } from "./openJsonlLog.js";
export { type OpenTensorBoardLogOptions, openTensorBoardLog } from "./openTensorBoardLog.js";
// Prediction
export type { PredictFeaturesOptions, PredictOptions, PredictProgress } from "./PredictOptions.js";
export type { ImageFeatures, PretrainableModel } from "./PretrainableModel.js";
export type { DinoHeadOptions, IbotOptions, PretrainDinoOptions } from "./PretrainDinoOptions.js";
export { type FitPlan, type PlanFitOptions, planFit } from "./planFit.js";
export { predict } from "./predict.js";
export { predictFeatures } from "./predictFeatures.js";
export { predictFeaturesToFile } from "./predictFeaturesToFile.js";
export { predictToFile } from "./predictToFile.js";
export { type PretrainDinoData, type PretrainDinoResult, pretrainDino } from "./pretrainDino.js";
export type { RandomInput, RandomTensors } from "./RandomInput.js";
export type { LogEntry, RunLogFile, RunLogger } from "./RunLogger.js";
export type {
  EmaOptions,
  EveryEpochs,
  EverySteps,
  LossScalingOptions,
  RunOptions,
  Unfreezing,
} from "./RunOptions.js";
export { type ReadPredictionsOptions, readPredictions } from "./readPredictions.js";
export type { Schedule } from "./Schedule.js";
export { type SgdOptions, type SgdState, sgd } from "./sgd.js";
export { type SinkhornKnoppOptions, sinkhornKnopp } from "./sinkhornKnopp.js";
export { sparedFromDecay } from "./sparedFromDecay.js";
export { type StepScheduleOptions, stepSchedule } from "./stepSchedule.js";
export type { StoredTensor, TensorFile, TensorFileContent } from "./TensorFile.js";
export type { TrainableModel } from "./TrainableModel.js";
export {
  type WeightedBinaryCrossEntropyOptions,
  weightedBinaryCrossEntropy,
} from "./weightedBinaryCrossEntropy.js";
export { writePredictions } from "./writePredictions.js";
