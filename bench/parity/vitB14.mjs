// Parity at full size: DINOv2 ViT-B/14 at 224 px with drawn weights, compiled for onnx-cpu, against timm in PyTorch.
// Needs a Python with torch, timm and safetensors; run by hand:
//   node bench/parity/vitB14.mjs [preset] [python]
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime } from "../../packages/runtime/dist/index.js";
import { features, imageShape, initialParameters, vit, vitPresets } from "../../packages/vit/dist/index.js";
import { writeSafetensors } from "../../packages/weights/dist/index.js";

const [preset = "dinov2-vit-b14", python = "python3"] = process.argv.slice(2);
const batchSize = 2;
const config = vitPresets[preset];
if (config === undefined) throw new Error(`vitB14: preset must be one of vitPresets, got ${preset}`);

// A LayerScale of 1e-5 would hide the blocks, and a head of 0.02 the features.
const parameters = initialParameters(config, 2026, { layerScaleValue: 0.5, head: "pytorch" });
const shape = [batchSize, ...imageShape(config)];
let state = 1;
const images = Float32Array.from({ length: shape.reduce((product, size) => product * size) }, () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state / 2 ** 32 - 0.5) * 4;
});

const runtime = await openRuntime("onnx-cpu");
const step = await runtime.compile({
  state: parameters,
  inputs: { images: { shape, dtype: "float32" } },
  step: (tensors, inputs) => ({
    outputs: {
      features: features(tensors, inputs.images, config),
      logits: vit(tensors, inputs.images, config),
    },
  }),
});
const ours = await step.run({ images });

const folder = mkdtempSync(join(tmpdir(), "vit-parity-"));
try {
  const path = join(folder, "model.safetensors");
  await writeSafetensors(
    path,
    new Map([...parameters, ["images", { dtype: "float32", shape, data: images }]]),
    {},
  );
  const script = new URL("vitB14.py", import.meta.url).pathname;
  const options = { config: JSON.stringify(config), out: join(folder, "timm.json") };
  execFileSync(python, [script, path, options.config, options.out], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const timm = JSON.parse(readFileSync(options.out, "utf8"));
  console.log(
    `${preset}, ${shape.join(" × ")}, onnx-cpu against timm ${timm.version.timm}, torch ${timm.version.torch}`,
  );
  for (const precision of ["float32", "float64"]) {
    for (const name of ["features", "logits"]) {
      const expected = timm[precision][name];
      const largest = Math.max(...expected.map(Math.abs));
      const difference = Math.max(...expected.map((value, i) => Math.abs(value - ours[name].data[i])));
      console.log(
        `${name} against ${precision}: largest value ${largest.toFixed(4)}, largest difference ${difference.toExponential(2)}, relative ${(difference / largest).toExponential(2)}`,
      );
    }
  }
} finally {
  step.dispose();
  rmSync(folder, { recursive: true });
}
