import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openRuntime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { cornerRows, linearModel, sourceOf } from "../test/tinyRun.js";
import { fit } from "./index.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

test.each(["cpu", "onnx-cpu"] as const)(
  "three hundred updates on %s leave no arrays and no tensors behind",
  async (engine) => {
    const size = 32;
    const model = linearModel([size, size, 1], 2);
    const train = sourceOf(cornerRows(40, size), 8, ["nodule", "mass"]);
    const seen: number[] = [];
    const runtime = await openRuntime(engine);
    const numTensors = tf.memory().numTensors;
    const { step } = await fit(
      model,
      { train },
      {
        runtime,
        epochs: 60,
        batchSize: 8,
        learningRate: 0.01,
        ema: { decay: 0.9 },
        onStep: ({ step: made }) => {
          if (made % 10 !== 0) return;
          collect();
          seen.push(process.memoryUsage().arrayBuffers);
        },
      },
    );
    expect(step).toBe(300);
    expect(tf.memory().numTensors).toBe(numTensors);
    // One batch kept an update would be 200 batches. What is in use, or collected and not yet freed, when it is looked comes
    // and goes: the least of ten looks has little of it.
    const batchBytes = 8 * size * size * 4;
    const growth = Math.min(...seen.slice(-10)) - Math.min(...seen.slice(0, 10));
    expect(growth / batchBytes).toBeLessThan(20);
  },
);
