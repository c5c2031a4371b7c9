import { type VitConfig, vitPresets } from "@cxrkit/vit";
import type { Study } from "./Study.js";

/** The study's model for that many findings. */
export function modelConfig({ preset, imageSize }: Study, numClasses: number): VitConfig {
  return { ...vitPresets[preset], imageSize, numClasses };
}
