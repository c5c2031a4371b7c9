import { expect, test } from "vitest";
import { inTurn } from "./inTurn.js";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("things are worked on as many at a time as is said, and results keep their order", async () => {
  let now = 0;
  let most = 0;
  const results = await inTurn(
    [5, 1, 4, 2, 3],
    async (thing, index) => {
      most = Math.max(most, ++now);
      await pause(thing);
      now--;
      return `${index}: ${thing}`;
    },
    2,
  );
  expect(results).toEqual(["0: 5", "1: 1", "2: 4", "3: 2", "4: 3"]);
  expect(most).toBe(2);
  expect(await inTurn([], async () => 1)).toEqual([]);
});

test("after an error nothing more is begun, and the error is handed on", async () => {
  const begun: number[] = [];
  const work = async (thing: number) => {
    begun.push(thing);
    await pause(2);
    if (thing === 1) throw new Error("the first");
  };
  await expect(inTurn([1, 2, 3, 4, 5], work, 2)).rejects.toThrow("the first");
  await pause(10);
  expect(begun).toEqual([1, 2]);
});
