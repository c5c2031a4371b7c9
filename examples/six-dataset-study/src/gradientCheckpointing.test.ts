import { openRuntime } from "@cxrkit/runtime";
import { vitPresets } from "@cxrkit/vit";
import { expect, test } from "vitest";
import { vitTrainingStep } from "./vitTrainingStep.js";

const config = { ...vitPresets.small, depth: 4, numClasses: 3 };
const batchSize = 4;

const definition = (gradientCheckpointing: boolean) =>
  vitTrainingStep(config, { batchSize, seed: 1, showGradients: true, gradientCheckpointing });

const images = Float32Array.from({ length: batchSize * 64 * 64 * 3 }, (_, i) => Math.sin(i * i));
const inputs = {
  images,
  labels: Float32Array.from({ length: batchSize * 3 }, (_, i) => i % 2),
  learningRate: Float32Array.of(1e-3),
  biasCorrection1: Float32Array.of(0.1),
  biasCorrection2: Float32Array.of(0.001),
};

test("a compiled step with gradient checkpointing gives every gradient of the one without", async () => {
  const runtime = await openRuntime("onnx-cpu");
  const plain = await runtime.compile(definition(false));
  const checkpointing = await runtime.compile(definition(true));
  const expected = await plain.run(inputs);
  const actual = await checkpointing.run(inputs);
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, { data }] of Object.entries(expected)) {
    const largest = Array.from(data, Math.abs).reduce((most, value) => Math.max(most, value), 0);
    expect([name, largest > 0]).toEqual([name, true]);
    expect(actual[name]?.data).toBeAllclose(data, { rtol: 1e-6, atol: 1e-6 * largest });
  }
  plain.dispose();
  checkpointing.dispose();
});

test("gradient checkpointing leaves a compiled step of twelve blocks less than half of its intermediate results", async () => {
  const deep = { ...config, depth: 12 };
  const runtime = await openRuntime("onnx-cpu");
  const bytesOf = async (gradientCheckpointing: boolean) => {
    const step = await runtime.compile(
      vitTrainingStep(deep, { batchSize: 16, seed: 1, gradientCheckpointing }),
    );
    step.dispose();
    return step.memory.activationBytes ?? Number.NaN;
  };
  expect(await bytesOf(true)).toBeLessThan((await bytesOf(false)) / 2);
});
