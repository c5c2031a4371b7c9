import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime } from "@cxrkit/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cornerRows, jsonTensorFile, linearModel, sourceOf } from "../test/tinyRun.js";
import { constantSchedule, cosineSchedule, type FitOptions, fit, type TensorFile } from "./index.js";

const findings = ["nodule", "mass"];
const model = linearModel([4, 4, 1], 2);
const data = {
  train: sourceOf(cornerRows(20), 8, findings, 3),
  validation: sourceOf(cornerRows(12), 8, findings),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fit-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const damage = async (name: string, change: (text: string) => string) => {
  const path = join(folder, name);
  await writeFile(path, change(await readFile(path, "utf8")));
};

describe("another run in the same folder", () => {
  let base: FitOptions;
  beforeEach(async () => {
    const runtime = await openRuntime("cpu");
    base = {
      runtime,
      epochs: 1,
      batchSize: 8,
      learningRate: 0.05,
      seed: 1,
      folder,
      tensorFile: jsonTensorFile,
    };
    await fit(model, data, base);
  });

  const goOn = (change: Partial<FitOptions>, otherModel = model, otherData = data) =>
    fit(otherModel, otherData, { ...base, epochs: 2, ...change });

  test.each<readonly [string, Partial<FitOptions>, string]>([
    ["batch size", { batchSize: 4 }, "batchSize must be 8 as"],
    ["seed", { seed: 2 }, "seed must be 1 as"],
    ["learning rate", { learningRate: 0.04 }, "learningRate at step 0 must be 0.05 as"],
    ["weight decay", { weightDecay: 0.1 }, "weightDecay must be 0 as"],
    ["betas", { betas: [0.9, 0.99] }, "betas[1] must be 0.999 as"],
    ["positive weights", { positiveWeights: [1, 2] }, "positiveWeights[1] must be 1 as"],
    ["clipping", { maxGradientNorm: 1 }, "maxGradientNorm must be null as"],
    ["spared parameters", { spared: () => true }, "sparedFromDecay[0] must be"],
    ["monitor", { validate: () => 1 }, 'monitor must be "loss" as'],
    ["optimiser", { optimizer: "sgd" }, "optimizer must be absent as"],
    ["accumulation", { accumulate: 2 }, "accumulate must be absent as"],
    ["average", { ema: { decay: 0.9 } }, "ema must be absent as"],
    ["loss", { loss: { kind: "focal" } }, "loss must be absent as"],
    ["set of frozen parameters", { freeze: [/bias/] }, "frozen must be absent as"],
    [
      "schedule that ends elsewhere",
      { learningRate: cosineSchedule({ peak: 0.05, numSteps: 9 }) },
      "learningRate at step 1 must be 0.05 as",
    ],
  ])("a different %s is named", async (_, change, message) => {
    await expect(goOn(change)).rejects.toThrow(message);
    await expect(goOn(change)).rejects.toThrow(`in the run that ${folder} holds`);
  });

  test("different shapes, findings, images and first parameters are named", async () => {
    const wide = linearModel([4, 8, 1], 2);
    await expect(goOn({}, wide)).rejects.toThrow("fit: parameters weight[1] must be 16 as in the run that");
    const renamed = { ...data.train, findings: ["nodule", "edema"] };
    await expect(goOn({}, model, { train: renamed, validation: renamed })).rejects.toThrow(
      'fit: findings[1] must be "mass" as',
    );
    const fewer = { ...data.train, numImages: 19 };
    await expect(goOn({}, model, { ...data, train: fewer })).rejects.toThrow("numTrainImages must be 20 as");
    const elsewhere = linearModel([4, 4, 1], 2, new Float32Array(32).fill(0.5));
    await expect(goOn({}, elsewhere)).rejects.toThrow("hashOfFirstParameters must be");
  });

  test("the same options under another name are the same run", async () => {
    expect((await goOn({ learningRate: constantSchedule(0.05), weightDecay: 0 })).resumedFrom).toBe(1);
  });

  test("a checkpoint of a newer version is refused and not passed over", async () => {
    await damage("epoch-0001.safetensors", (text) => text.replace('\\"version\\":1', '\\"version\\":2'));
    await expect(goOn({})).rejects.toThrow(
      /epoch-0001.safetensors must have version 1, got 2; use the package version/,
    );
  });

  test("a disk that refuses to read is an error and not damage", async () => {
    const refusing: TensorFile = {
      ...jsonTensorFile,
      read: async () => {
        throw Object.assign(new Error("permission denied"), { code: "EACCES" });
      },
    };
    await expect(goOn({ tensorFile: refusing })).rejects.toThrow("permission denied");
  });

  test("going on with another engine is warned of", async () => {
    const { warnings } = await goOn({ runtime: await openRuntime("onnx-cpu") });
    expect(warnings).toEqual([
      "fit: the run was made on cpu and goes on with onnx-cpu; its numbers will differ in the last digits",
    ]);
  });

  test("best parameters that are lost are warned of, and the search begins again", async () => {
    let score = 9;
    const validate = () => {
      score -= 1;
      return score;
    };
    await rm(folder, { recursive: true });
    const falling = { ...base, validate, keep: 1 };
    await fit(model, data, { ...falling, epochs: 2 });
    await rm(join(folder, "best.safetensors"));
    const { best, warnings } = await fit(model, data, { ...falling, epochs: 3 });
    expect(warnings[0]).toMatch(
      /parameters of epoch 1, the best so far, are not in .* begins again after epoch 2$/,
    );
    expect(best!.epoch).toBe(3);
  });
});

test("a validation score that is not a number cannot make an epoch the best", async () => {
  const runtime = await openRuntime("cpu");
  const options = {
    runtime,
    epochs: 2,
    batchSize: 8,
    learningRate: 0.05,
    folder,
    tensorFile: jsonTensorFile,
  };
  const scores = [Number.NaN, Number.NaN, 0.5];
  const validate = () => scores.shift()!;
  const first = await fit(model, data, { ...options, validate });
  expect(first.best).toBeUndefined();
  expect(first.warnings).toHaveLength(2);
  const { best, history } = await fit(model, data, { ...options, epochs: 3, validate });
  expect(best!.epoch).toBe(3);
  expect(history.map(({ validationScore }) => validationScore)).toEqual([Number.NaN, Number.NaN, 0.5]);
});
