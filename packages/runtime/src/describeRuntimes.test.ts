import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import "../test/softwareVulkan.js";
import { describeRuntimes, openRuntime } from "./index.js";

test("describeRuntimes tells of every engine whether it works, and leaves the backend as it was", async () => {
  await openRuntime("wasm");
  const described = await describeRuntimes();
  expect(tf.getBackend()).toBe("wasm");
  expect(described.map(({ name }) => name)).toEqual([
    "tfjs-node-gpu",
    "onnx-cuda",
    "onnx-webgpu",
    "onnx-cpu",
    "tfjs-node",
    "wasm",
    "cpu",
  ]);
  for (const { name, available, description } of described) {
    if (available) expect(description).toMatch(new RegExp(`^${name}: `));
    else expect(description).toMatch(/^engine "[\w-]+" must .*, got /);
  }
  expect(described.filter(({ available }) => available).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["onnx-cpu", "wasm", "cpu"]),
  );
});

test("an engine whose package is not there says which command installs it", async () => {
  const gpu = (await describeRuntimes()).find(({ name }) => name === "tfjs-node-gpu");
  if (gpu?.available) return expect(gpu.description).toContain("libtensorflow");
  expect(gpu?.description).toMatch(
    /npm install @tensorflow\/tfjs-node-gpu@4\.22\.0|build-tfjs|must find a GPU/,
  );
});

test("onnx-cuda without its provider says which command fetches it, and with it that nobody has tried it yet", async () => {
  const cuda = (await describeRuntimes()).find(({ name }) => name === "onnx-cuda");
  if (cuda?.available)
    return expect(cuda.description).toContain("this project has not tried it on a GPU yet");
  expect(cuda?.description).toMatch(
    /got none in .*: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node$|libraries of CUDA 12 and cuDNN 9, got: /,
  );
});
