import { expect, test } from "vitest";
import { randomStream, shuffleInPlace } from "./_random.js";

test("numbers are uniform on [0, 1) and streams with neighbouring keys are unrelated", () => {
  const numDraws = 20_000;
  const draw = (...keys: number[]) => {
    const random = randomStream(...keys);
    return Float64Array.from({ length: numDraws }, random);
  };
  const [a, b] = [draw(1, 2), draw(1, 3)];
  const bins = new Array<number>(20).fill(0);
  for (const value of a) bins[Math.floor(value * 20)] = (bins[Math.floor(value * 20)] as number) + 1;
  const chiSquared = bins.reduce((sum, n) => sum + (n - numDraws / 20) ** 2 / (numDraws / 20), 0);
  expect(chiSquared).toBeLessThan(43.8);
  const correlation =
    a.reduce((sum, value, i) => sum + (value - 0.5) * ((b[i] as number) - 0.5), 0) * (12 / numDraws);
  expect(Math.abs(correlation)).toBeLessThan(0.03);
});

test("the first number of consecutive streams is uniform too, as one is drawn for each image", () => {
  const firsts = Array.from({ length: 5000 }, (_, row) => randomStream(0, 0, row)());
  expect(firsts.reduce((sum, value) => sum + value, 0) / 5000).toBeCloseTo(0.5, 1);
  expect(new Set(firsts).size).toBe(5000);
  const tenths = new Array<number>(10).fill(0);
  for (const value of firsts) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] as number) + 1;
  for (const count of tenths) expect(Math.abs(count - 500)).toBeLessThan(90);
});

test("keys above 32 bits count, and so does their number", () => {
  const first = (...keys: number[]) => randomStream(...keys)();
  expect(first(2 ** 32)).not.toBe(first(0));
  expect(first(1, 0)).not.toBe(first(1));
  expect(first(7)).toBe(first(7));
});

test("every order of three comes equally often", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6000; seed++) {
    const order = shuffleInPlace([0, 1, 2], randomStream(seed)).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
});
