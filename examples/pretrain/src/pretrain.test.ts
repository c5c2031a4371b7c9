import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime } from "@cxrkit/runtime";
import {
  type BatchSource,
  fit,
  type PretrainableModel,
  predict,
  type TrainableModel,
} from "@cxrkit/training";
import { initialParameters } from "@cxrkit/vit";
import { toFloat32 } from "@cxrkit/weights";
import { expect, expectTypeOf, test } from "vitest";
import { chestImages } from "./chestImages.js";
import { drawNaturalImages } from "./drawNaturalImages.js";
import { greySource } from "./greySource.js";
import { pretrainableVit, trainableVit } from "./greyVit.js";
import { config, pretrainOnLabels, pretrainWithoutLabels, randomStart } from "./pretrainStarts.js";
import { probeStarts } from "./probeStarts.js";
import { toFloat16 } from "./toFloat16.js";

test("what the packages give each other fits", () => {
  expectTypeOf(trainableVit).returns.toExtend<TrainableModel>();
  expectTypeOf(pretrainableVit).returns.toExtend<PretrainableModel>();
  expectTypeOf(greySource).returns.toExtend<BatchSource>();
});

test("drawings are the same for the same seed, differ otherwise, and each has one kind", () => {
  const one = drawNaturalImages(24, 32, 5);
  expect(drawNaturalImages(24, 32, 5)).toEqual(one);
  expect(drawNaturalImages(24, 32, 6).pixels).not.toEqual(one.pixels);
  for (let image = 0; image < 24; image++) {
    const kinds = one.labels.subarray(image * 8, image * 8 + 8);
    expect(kinds.reduce((sum, kind) => sum + kind, 0)).toBe(1);
    expect(new Set(one.pixels.subarray(image * 1024, (image + 1) * 1024)).size).toBeGreaterThan(10);
  }
});

test("half-precision numbers are the nearest ones", () => {
  const halves = Uint16Array.from({ length: 0x7c00 }, (_, i) => i);
  const exact = toFloat32({ dtype: "float16", shape: [halves.length], data: halves });
  const between = exact.map((value, i) => (value + (exact[i + 1] ?? value)) / 2);
  const bitsOf = (data: Float32Array) =>
    toFloat16(new Map([["x", { dtype: "float32", shape: [data.length], data }]])).get("x")?.data;
  expect(bitsOf(exact)).toEqual(halves);
  expect(bitsOf(between.subarray(0, -1))).toEqual(halves.subarray(0, -1).map((half) => half + (half % 2)));
  expect([...(bitsOf(Float32Array.of(-2, 1e9, Number.NaN, -0)) ?? [])]).toEqual([
    0xc000, 0x7c00, 0x7e00, 0x8000,
  ]);
});

test("stochastic depth drops other branches in each batch, the same in a run made again, and none in a score", async () => {
  const runtime = await openRuntime("auto");
  const images = drawNaturalImages(16, 64, 1);
  const own = { ...config, numClasses: images.findings.length };
  const parameters = initialParameters(own, 1);
  const losses = async (rate: number) => {
    const found: number[] = [];
    const options = { runtime, epochs: 2, batchSize: 8, learningRate: 0, seed: 1 };
    const model = trainableVit(own, parameters, rate);
    await fit(
      model,
      { train: greySource(images, 8) },
      { ...options, onStep: ({ loss }) => found.push(loss) },
    );
    return found;
  };
  const [plain, dropped] = [await losses(0), await losses(0.5)];
  expect(plain.slice(0, 2)).toEqual(plain.slice(2));
  expect(dropped.slice(0, 2)).not.toEqual(dropped.slice(2));
  expect(await losses(0.5)).toEqual(dropped);
  const scores = async (rate: number) => {
    const table = await predict(trainableVit(own, parameters, rate), greySource(images, 8), {
      runtime,
      batchSize: 8,
    });
    return [...(table.getChild("score:discs") ?? [])];
  };
  expect(await scores(0.5)).toEqual(await scores(0));
}, 120_000);

test("with masked patches the token that stands for them is learnt, the same in a run made again", async () => {
  const runtime = await openRuntime("auto");
  const images = drawNaturalImages(16, 80, 2);
  const run = async (ibot: boolean) => {
    const losses: number[] = [];
    const options = { runtime, epochs: 2, seed: 1, batchSize: 8, ibot };
    const onStep = ({ loss }: { loss: number }) => losses.push(loss);
    const { teacher, student } = await pretrainWithoutLabels(images, { ...options, onStep });
    return { losses, teacher, student };
  };
  const [plain, masked, again] = [await run(false), await run(true), await run(true)];
  expect(plain.teacher.has("mask_token")).toBe(false);
  expect(masked.losses).toHaveLength(4);
  expect(masked.losses.every(Number.isFinite)).toBe(true);
  // The loss of patches comes on top of that of images.
  expect(masked.losses[0]).toBeGreaterThan(plain.losses[0]!);
  expect(again).toEqual(masked);
  const token = masked.student.get("mask_token");
  expect(token?.shape).toEqual([1, config.width]);
  expect(token?.data.some((value) => value !== 0)).toBe(true);
  expect([...masked.teacher.keys()].filter((name) => name !== "mask_token")).toEqual([
    ...plain.teacher.keys(),
  ]);
}, 240_000);

test("starts are pretrained on drawings and radiographs and compared by probes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cxrkit-pretrain-"));
  try {
    const runtime = await openRuntime("auto");
    const options = { runtime, epochs: 1, seed: 1, batchSize: 8 };
    const [large, small] = await chestImages(folder, 40, 1, [80, 64], ["pleural_effusion", "cardiomegaly"]);
    const dino = await pretrainWithoutLabels(large!.train, options);
    const supervised = await pretrainOnLabels(drawNaturalImages(16, 64, 1), options);
    const random = randomStart(1);
    for (const start of [dino.teacher, supervised]) {
      expect([...start.keys()].sort()).toEqual([...random.keys()].sort());
      expect(start.get("pos_embed")?.shape).toEqual([1, 65, config.width]);
      expect(start.get("blocks.0.attn.qkv.weight")?.data).not.toEqual(
        random.get("blocks.0.attn.qkv.weight")?.data,
      );
    }
    const { linear, neighbours } = await probeStarts({ dino: dino.teacher, random }, small!, runtime, 1);
    for (const { models, pairs } of [linear, neighbours]) {
      expect(Object.keys(models)).toEqual(["dino", "random"]);
      expect(pairs[0]?.macro.pValue).toBeGreaterThan(0);
      expect(pairs[0]?.macro.pValue).toBeLessThanOrEqual(1);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}, 240_000);
