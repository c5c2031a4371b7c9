import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cornerRows, linearModel, numbersOf, sourceOf } from "../test/tinyRun.js";
import { trainIn } from "./checkpoints.example.js";

test("a second call goes on from the first one's checkpoint and ends where one call would", async () => {
  const parent = await mkdtemp(join(tmpdir(), "checkpoints-"));
  const model = linearModel([4, 4, 1], 2);
  const data = { train: sourceOf(cornerRows(20), 8, ["nodule", "mass"]) };
  await trainIn(join(parent, "a"), model, data, 2);
  const resumed = await trainIn(join(parent, "a"), model, data, 4);
  const whole = await trainIn(join(parent, "b"), model, data, 4);
  expect(resumed.resumedFrom).toBe(2);
  expect(numbersOf(resumed.parameters)).toEqual(numbersOf(whole.parameters));
  await rm(parent, { recursive: true });
});
