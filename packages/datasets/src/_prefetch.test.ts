import { expect, test } from "vitest";
import { prefetched } from "./_prefetch.js";

/** Items that are finished by hand, with a record of how many are in the making or lie ready. */
function workshop() {
  let begun = 0;
  let used = 0;
  let most = 0;
  const make = async (index: number) => {
    begun++;
    most = Math.max(most, begun - used);
    await new Promise((resolve) => setTimeout(resolve, (index * 7) % 5));
    return index;
  };
  return { make, use: () => used++, most: () => most, begun: () => begun };
}

test.each([0, 1, 2, 5])(
  "items come in order, and with %i ahead no more than these are in the making",
  async (ahead) => {
    const { make, use, most, begun } = workshop();
    const got: number[] = [];
    for await (const item of prefetched(3, 20, ahead, make)) {
      got.push(item);
      use();
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(begun() - got.length).toBe(Math.min(ahead, 17 - got.length));
    }
    expect(got).toEqual(Array.from({ length: 17 }, (_, i) => i + 3));
    expect(most()).toBe(Math.max(1, ahead + 1));
  },
);

test("nothing is made before it is asked for, and nothing more after the loop is left", async () => {
  const { make, begun } = workshop();
  const items = prefetched(0, 100, 3, make);
  expect(begun()).toBe(0);
  for await (const item of items) if (item === 4) break;
  expect(begun()).toBe(8);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(begun()).toBe(8);
});

test("a failure is thrown when its turn comes, and the loop can be left before", async () => {
  const make = async (index: number) => {
    if (index >= 2) throw new Error(`no item ${index}`);
    return index;
  };
  const got: number[] = [];
  const all = async () => {
    for await (const item of prefetched(0, 9, 4, make)) got.push(item);
  };
  await expect(all()).rejects.toThrow("no item 2");
  expect(got).toEqual([0, 1]);
  for await (const item of prefetched(0, 9, 4, make)) if (item === 1) break;
});
