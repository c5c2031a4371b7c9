export type { Fetch } from "./_httpFetch.js";
export type { Checkpoint, CheckpointFormat, TensorInfo } from "./Checkpoint.js";
export { type CheckpointBudgets, defaultBudgets } from "./CheckpointBudgets.js";
export type { ConversionEntry, ConvertedCheckpoint, IgnoredTensor } from "./ConvertedCheckpoint.js";
export { checkpointOf } from "./checkpointOf.js";
export {
  type ConversionReport,
  type ConversionReportOptions,
  type ConvertedTensor,
  conversionReport,
} from "./conversionReport.js";
export {
  type CheckpointArchitecture,
  type DescribeCheckpointOptions,
  describeCheckpoint,
} from "./describeCheckpoint.js";
export {
  type DownloadCheckpointOptions,
  type DownloadedCheckpoint,
  type DownloadProgress,
  downloadCheckpoint,
} from "./downloadCheckpoint.js";
export { type FormatConversionReportOptions, formatConversionReport } from "./formatConversionReport.js";
export { type FromTimmOptions, fromTimm, type TimmTarget } from "./fromTimm.js";
export type { NamedArray, WeightData, WeightDType } from "./NamedArray.js";
export type { CheckpointLayout } from "./nameMaps/NameMap.js";
export { type OpenCheckpointOptions, openCheckpoint } from "./openCheckpoint.js";
export { type ParseSafetensorsOptions, parseSafetensors } from "./parseSafetensors.js";
export { readTensors } from "./readTensors.js";
export { type ReadTimmOptions, readTimm } from "./readTimm.js";
export type { NamedArrays, TensorSource } from "./TensorSource.js";
export { toFloat32 } from "./toFloat32.js";
export { type ToTimmOptions, toTimm } from "./toTimm.js";
export { type WeightFormatCode, WeightFormatError } from "./WeightFormatError.js";
export { writeSafetensors } from "./writeSafetensors.js";
export { writeTorch } from "./writeTorch.js";
