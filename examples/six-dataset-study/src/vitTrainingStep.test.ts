import { type CompiledStep, describeRuntimes, openRuntime, type RuntimeName } from "@cxrkit/runtime";
import { imageShape, type VitConfig, vitPresets } from "@cxrkit/vit";
import { expect, test } from "vitest";
import "../../../packages/runtime/test/softwareVulkan.js";
import { vitTrainingStep } from "./vitTrainingStep.js";

const batchSize = 3;
const numSteps = 5;

/** Numbers in [0, 1) that look random; any would do, as long as both engines see the same. */
const noise = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.abs((Math.sin(i * 12.9898 + seed * 78.233) * 43758.5453) % 1));

async function fiveSteps(engine: RuntimeName, config: VitConfig): Promise<Map<string, Float32Array>[]> {
  const runtime = await openRuntime(engine);
  const step: CompiledStep = await runtime.compile(
    vitTrainingStep(config, { batchSize, seed: 5, showGradients: true }),
  );
  const numPixels = batchSize * imageShape(config).reduce((product, size) => product * size, 1);
  const outputs: Map<string, Float32Array>[] = [];
  for (let t = 1; t <= numSteps; t++) {
    const labels = noise(batchSize * config.numClasses, 100 + t).map(Math.round);
    labels[t] = Number.NaN;
    const result = await step.run({
      images: noise(numPixels, t),
      labels,
      learningRate: Float32Array.of(1e-3),
      biasCorrection1: Float32Array.of(1 - 0.9 ** t),
      biasCorrection2: Float32Array.of(1 - 0.999 ** t),
    });
    outputs.push(new Map(Object.entries(result).map(([name, { data }]) => [name, Float32Array.from(data)])));
  }
  step.dispose();
  return outputs;
}

const twoBlock = { ...vitPresets["two-block"], numClasses: 5 };
const configs = {
  "two blocks, class token": twoBlock,
  "two blocks, mean, layer scale": { ...twoBlock, pooling: "mean", layerScale: true },
  "two blocks, resampled positions": { ...twoBlock, storedPositions: { grid: 5, convention: "dinov2" } },
  "two blocks, registers, SwiGLU, both poolings, images twice as wide as high": {
    ...twoBlock,
    imageSize: [16, 32],
    numRegisters: 2,
    classPosition: false,
    mlp: "swiglu",
    pooling: "cls+mean",
    layerScale: true,
    storedPositions: { grid: [3, 5], convention: "timm" },
  },
} as const satisfies Record<string, VitConfig>;

/** tfjs-node is no dependency and WebGPU needs a device; they are held to the same where they are there. */
const engines = (await describeRuntimes()).flatMap(({ name, available }) =>
  available && (name.startsWith("onnx-") || name === "tfjs-node") ? [name] : [],
);

/** A software device takes seconds to prepare the shaders of each configuration: one is enough. */
const pairs = engines.flatMap((engine) =>
  Object.keys(configs)
    .slice(0, engine === "onnx-webgpu" ? 1 : undefined)
    .map((name) => [engine, name] as const),
);

test.each(pairs)(
  "loss and every gradient of five updates on %s are those of the eager cpu backend: %s",
  async (engine, name) => {
    const compiled = await fiveSteps(engine, configs[name as keyof typeof configs]);
    const eager = await fiveSteps("cpu", configs[name as keyof typeof configs]);
    eager.forEach((expected, t) => {
      for (const [key, values] of expected) {
        const got = compiled[t]?.get(key);
        const scale = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
        expect(got, `${key}, update ${t + 1}`).toBeDefined();
        // Elements near 0 are held to the size of their tensor: float32 sums in another order differ by that.
        expect(got!, `${key}, update ${t + 1}`).toBeAllclose(values, { rtol: 1e-4, atol: 1e-4 * scale });
      }
      expect(expected.get("loss")![0]).toBeGreaterThan(0);
    });
    const numbers = [...eager[0]!.keys()].filter((key) => key.startsWith("gradient:"));
    expect(numbers.length).toBeGreaterThan(25);
  },
  120_000,
);
