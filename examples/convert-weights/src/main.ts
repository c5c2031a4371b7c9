import { argv, exit } from "node:process";
import { type PresetName, vitPresets } from "@cxrkit/vit";
import { formatConversionReport } from "@cxrkit/weights";
import { convertWeights } from "./convertWeights.js";

const [from, to, preset = "dinov2-vit-b14"] = argv.slice(2);
const config = vitPresets[preset as PresetName];
if (from === undefined || to === undefined || config === undefined) {
  console.error(`usage: node examples/convert-weights/dist/main.js CHECKPOINT OUT.safetensors [PRESET]
presets: ${Object.keys(vitPresets).join(", ")}`);
  exit(1);
}
const { conversion, largestErrors, missing, unexpected } = await convertWeights(from, to, config);
console.log(formatConversionReport(conversion));
const largest = Math.max(...largestErrors.map(({ largestError }) => largestError));
console.log(`\n${largestErrors.length} tensors written to ${to} as float32, largest error ${largest}`);
const list = (names: readonly string[]) => (names.length > 0 ? `: ${names.join("; ")}` : "");
console.log(`${preset} lacks ${missing.length}${list(missing)}`);
console.log(`${preset} has no use for ${unexpected.length}${list(unexpected)}`);
