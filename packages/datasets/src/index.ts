export type { UnreadableImage } from "./_part.js";
export type { Augmentation } from "./Augmentation.js";
export {
  type ApplyLabelPolicyOptions,
  applyLabelPolicy,
  type FindingLabelPolicy,
  type LabelMatrix,
  type LabelPolicy,
  type LabelTreatment,
} from "./applyLabelPolicy.js";
export type { Batch } from "./Batch.js";
export { type CheckSplitsOptions, checkSplits, type SplitOverlap } from "./checkSplits.js";
export { type DecodedImage, type DecodeImageOptions, decodeImage } from "./decodeImage.js";
export {
  type DatasetDescription,
  describeDataset,
  type FindingCounts,
  type PartDescription,
} from "./describeDataset.js";
export { type Finding, findings } from "./findings.js";
export type { BatchesOptions, ImageStore } from "./ImageStore.js";
export type { DatasetName, DatasetWarning, Manifest, Protocol, Split } from "./Manifest.js";
export { openImageStore } from "./openImageStore.js";
export { positiveWeights } from "./positiveWeights.js";
export {
  type PrepareImagesOptions,
  type PrepareImagesResult,
  type PrepareProgress,
  prepareImages,
} from "./prepareImages.js";
export { type ReadDatasetOptions, readDataset } from "./readDataset.js";
export { type SplitByPatientOptions, splitByPatient } from "./splitByPatient.js";
export {
  type WriteSyntheticDatasetOptions,
  type WriteSyntheticDatasetResult,
  writeSyntheticDataset,
} from "./writeSyntheticDataset.js";
