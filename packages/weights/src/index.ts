export type { NamedArray, WeightData, WeightDType } from "./NamedArray.js";
export { type Checkpoint, openCheckpoint } from "./openCheckpoint.js";
export { toFloat32 } from "./toFloat32.js";
export { type WeightFormatCode, WeightFormatError } from "./WeightFormatError.js";
export { type NamedArrays, writeSafetensors } from "./writeSafetensors.js";
