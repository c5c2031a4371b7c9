export type { Clahe } from "./_clahe.js";
export type { UnreadableImage } from "./_part.js";
export type { ResizeFilter } from "./_resampleTaps.js";
export type { Augmentation } from "./Augmentation.js";
export {
  type ApplyLabelPolicyOptions,
  applyLabelPolicy,
  type FindingLabelPolicy,
  type LabelMatrix,
  type LabelPolicy,
  type LabelTreatment,
} from "./applyLabelPolicy.js";
export type { Batch, BatchRows, ByteBatch } from "./Batch.js";
export {
  type BadImage,
  type CheckedImage,
  type CheckImageFilesOptions,
  checkImageFiles,
  type DuplicateImages,
  type ImageFileReport,
} from "./checkImageFiles.js";
export { type CheckSplitsOptions, checkSplits, type SplitOverlap } from "./checkSplits.js";
export { type DecodedImage, type DecodeImageOptions, decodeImage } from "./decodeImage.js";
export {
  type DatasetDescription,
  describeDataset,
  type FindingCounts,
  type PartDescription,
} from "./describeDataset.js";
export { equalizeHistogram } from "./equalizeHistogram.js";
export { type Finding, findings } from "./findings.js";
export type { BatchesOptions, BatchOrder, ByteBatchesOptions, ImageStore } from "./ImageStore.js";
export {
  type DatasetName,
  type DatasetWarning,
  datasetNames,
  type Manifest,
  type Protocol,
  type Split,
} from "./Manifest.js";
export { mimicPretrainingFindings } from "./mimicPretrainingFindings.js";
export { openImageStore } from "./openImageStore.js";
export { positiveWeights } from "./positiveWeights.js";
export { type PrepareImageOptions, prepareImage } from "./prepareImage.js";
export {
  type PrepareImagesOptions,
  type PrepareImagesResult,
  type PrepareProgress,
  prepareImages,
} from "./prepareImages.js";
export {
  type GreyImage,
  type PresentGreyOptions,
  presentGrey,
} from "./presentGrey.js";
export type { CorrectedRecipe, PublishedRecipe, Recipe } from "./Recipe.js";
export { type ReadDatasetOptions, readDataset } from "./readDataset.js";
export {
  type DicomHeader,
  type DicomLut,
  type DicomWindow,
  readDicomHeader,
  type WindowFunction,
} from "./readDicomHeader.js";
export { type SplitByPatientOptions, splitByPatient } from "./splitByPatient.js";
export { type StudyFindingsOptions, type StudyStart, studyFindings } from "./studyFindings.js";
export {
  type WriteSyntheticDatasetOptions,
  type WriteSyntheticDatasetResult,
  writeSyntheticDataset,
} from "./writeSyntheticDataset.js";
export { type StoredValues, zoomSpline } from "./zoomSpline.js";
