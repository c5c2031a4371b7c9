import { argv, exit } from "node:process";
import { type PresetName, vitPresets } from "@cxrkit/vit";
import { convertWeights } from "./convertWeights.js";

const [from, to, preset = "dinov2-vit-b14"] = argv.slice(2);
const config = vitPresets[preset as PresetName];
if (from === undefined || to === undefined || config === undefined) {
  console.error(`usage: node examples/convert-weights/dist/main.js IN.safetensors OUT.safetensors [PRESET]
presets: ${Object.keys(vitPresets).join(", ")}`);
  exit(1);
}
const { tensors, missing, unexpected } = await convertWeights(from, to, config);
for (const { name, dtype, shape, largestError } of tensors) {
  console.log(`${name} ${dtype} [${shape.join(", ")}], largest error ${largestError}`);
}
console.log(`${tensors.length} tensors written to ${to} as float32`);
console.log(`${preset} lacks ${missing.length}${missing.length > 0 ? `: ${missing.join("; ")}` : ""}`);
console.log(
  `${preset} has no use for ${unexpected.length}${unexpected.length > 0 ? `: ${unexpected.join(", ")}` : ""}`,
);
