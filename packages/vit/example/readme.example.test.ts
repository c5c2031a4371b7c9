import { expect, test } from "vitest";
import { attention, gradCam, logits as logitsOf, map, relevanceMap, rollout } from "./attention.example.js";
import { probabilities, votes } from "./evaluation.example.js";
import {
  features,
  folded,
  high,
  image,
  loaded,
  million,
  patches,
  qkv,
  resized,
  shape,
  two,
} from "./parameters.example.js";
import { count, logits } from "./readme.example.js";
import { gradient, isDecayed, rates, logits as trainingLogits } from "./training.example.js";

test("the README's example gives the shape and the count it states", () => {
  expect(logits.shape).toEqual([2, 3]);
  expect(count).toBe(2_719_875);
});

test("the examples of the reference give the values they state", () => {
  expect(qkv).toEqual([2304, 768]);
  expect(shape).toEqual([256, 224, 3]);
  expect(million).toBeCloseTo(86.6, 1);
  expect(loaded.get("head.weight")?.shape).toEqual([14, 16]);
  expect(features.shape).toEqual([1, 16]);
  expect([image.shape, patches.shape]).toEqual([
    [1, 16],
    [1, 4, 16],
  ]);
  expect(resized.shape).toEqual([1, 257, 8]);
  expect(high.shape).toEqual([1, 321, 8]);
  expect(folded.parameters.get("pos_embed")?.shape).toEqual([1, 5, 16]);
  expect(two.get("head.weight")?.shape).toEqual([2, 16]);
});

test("the examples of training give the values they state", () => {
  expect(trainingLogits.shape).toEqual([2, 14]);
  expect(gradient.shape).toEqual([14, 16]);
  expect(Object.fromEntries(rates)).toMatchObject({ cls_token: 0.65 ** 3, "head.bias": 1 });
  expect(isDecayed).toBe(false);
});

test("the examples of attention give the shapes they state", () => {
  expect(logitsOf.shape).toEqual([1, 14]);
  expect(attention.map((weights) => weights.shape)).toEqual([
    [1, 2, 5, 5],
    [1, 2, 5, 5],
  ]);
  expect(rollout.shape).toEqual([1, 5, 5]);
  for (const picture of [map, relevanceMap, gradCam]) expect(picture.shape).toEqual([1, 2, 2]);
});

test("the examples of evaluation give the values they state", () => {
  expect([...votes]).toEqual([1, 0]);
  expect([...probabilities].map((score) => Math.round(score * 10) / 10)).toEqual([0.9, 0.3]);
});
