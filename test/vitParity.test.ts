import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { openRuntime } from "../packages/runtime/src/index.js";
import {
  attentionMaps,
  attentionRelevance,
  attentionRollout,
  features,
  gradCam,
  imageShape,
  type NamedArray,
  parameterShapes,
  vit,
} from "../packages/vit/src/index.js";
import { draw, drawParameter, sizeOf } from "../packages/vit/test/drawn.js";
import { parityBatch, parityCases, readParityCase } from "../packages/vit/test/parityCase.js";

/** What one compiled step gives for a case: everything that another implementation has given, and the losses' gradients. */
async function runCompiled(name: string): Promise<Readonly<Record<string, Float32Array>>> {
  const { config, dropPath, explanation } = readParityCase(name);
  const state = new Map<string, NamedArray>(
    [...parameterShapes(config)].map(([key, shape]) => [
      key,
      { dtype: "float32", shape, data: drawParameter(key, shape) },
    ]),
  );
  const images = { shape: [parityBatch, ...imageShape(config)], dtype: "float32" } as const;
  const factors = { shape: [2 * config.depth, parityBatch], dtype: "float32" } as const;
  const weights = draw("weights", 2 * 5, 2);
  const runtime = await openRuntime("onnx-cpu");
  const step = await runtime.compile({
    state,
    inputs: dropPath === undefined ? { images } : { images, dropPath: factors },
    step: (parameters, inputs) => {
      const pictures = inputs.images as tf.Tensor4D;
      const options = dropPath === undefined ? {} : { dropPath: inputs.dropPath as tf.Tensor2D };
      const keys = [...state.keys()];
      const objective = (...tensors: tf.Tensor[]) => {
        const record = Object.fromEntries(keys.map((key, i) => [key, tensors[i] as tf.Tensor]));
        const logits = vit(record, pictures, config, options);
        return tf.sum(tf.mul(logits, tf.tensor2d(weights, [parityBatch, 5]))) as tf.Scalar;
      };
      const gradients = tf.grads(objective)(keys.map((key) => parameters[key] as tf.Tensor));
      const { attention } = attentionMaps(parameters, pictures, config);
      const explained =
        explanation === undefined
          ? {}
          : {
              rollout: attentionRollout(attention),
              relevance: attentionRelevance(parameters, pictures, config, explanation.finding),
              gradCam: gradCam(parameters, pictures, config, explanation.finding),
            };
      return {
        outputs: {
          features: features(parameters, pictures, config, options),
          logits: vit(parameters, pictures, config, options),
          ...Object.fromEntries(attention.map((map, i) => [`attention ${i}`, map])),
          ...Object.fromEntries(keys.map((key, i) => [`gradient ${key}`, gradients[i] as tf.Tensor])),
          ...explained,
        },
      };
    },
  });
  const picture = { images: draw("images", sizeOf(images.shape), 2) };
  const outputs = await step.run(
    dropPath === undefined ? picture : { ...picture, dropPath: Float32Array.from(dropPath) },
  );
  step.dispose();
  return Object.fromEntries(
    Object.entries(outputs).map(([key, { data }]) => [key, Float32Array.from(data as Float32Array)]),
  );
}

test.each(parityCases)("compiled for onnx-cpu, the model still gives the numbers of %s", async (name) => {
  const reference = readParityCase(name);
  const outputs = await runCompiled(name);
  const expectClose = (key: string, expected: Float32Array, rtol: number) => {
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(outputs[key], key).toBeDefined();
    // Elements near 0 are held to the size of their tensor: float32 sums in another order differ by that.
    expect(outputs[key]!, key).toBeAllclose(expected, { rtol, atol: rtol * largest });
  };
  expectClose("features", reference.features, 1e-5);
  expectClose("logits", reference.logits, 1e-5);
  for (const [i, attention] of (reference.attention ?? []).entries())
    expectClose(`attention ${i}`, attention, 1e-5);
  for (const [key, gradient] of Object.entries(reference.gradients))
    expectClose(`gradient ${key}`, gradient, 1e-4);
  if (reference.explanation === undefined) return;
  expectClose("rollout", reference.explanation.rollout.mean, 1e-5);
  expectClose("relevance", reference.explanation.relevance, 1e-5);
  expectClose("gradCam", reference.explanation.gradCam, 1e-4);
});
