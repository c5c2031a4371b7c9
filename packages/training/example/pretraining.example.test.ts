import { openRuntime } from "@cxrkit/runtime";
import { expect, test } from "vitest";
import { dinoModel, greySource } from "../test/dino.js";
import { trajectoryModel, trajectorySource } from "../test/trajectories.js";
import { balanced, distilled, masked, pretrained, spread, unfrozen } from "./pretraining.example.js";

test("the examples of pretraining give the values that their comments say", async () => {
  const runtime = await openRuntime("cpu");
  expect(distilled()).toBeCloseTo(Math.log(1 + Math.exp(-1)), 5);
  expect(masked()).toBeCloseTo(Math.LN2, 5);
  expect(balanced()).toBeAllclose([0.5, 0.5, 0.5, 0.5], { rtol: 1e-6 });
  expect(spread()).toBeCloseTo(-Math.log(Math.SQRT2), 5);
  const head = { hiddenDim: 7, bottleneckDim: 4, numPrototypes: 9 };
  expect(await pretrained(dinoModel, greySource(8, 4), { runtime, head })).toBe(5);
  expect(await unfrozen(trajectoryModel(), trajectorySource(), { runtime })).toBe(15);
});
