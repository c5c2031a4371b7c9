import fc from "fast-check";
import { expect, test } from "vitest";
import fixture from "../fixtures/crops/crops.json" with { type: "json" };
import { blurGrey } from "./_blurGrey.js";
import { createCropper, planCrops } from "./_crops.js";
import { drawMask } from "./_masks.js";
import { randomStream } from "./_random.js";
import { createCropResizer } from "./_resizeCrop.js";

const { input, expected } = fixture;
const image = Uint8Array.from(input.image);
const height = image.length / input.width;

test.each(input.boxes.map((box, i) => [box, i] as const))(
  "the cut-out %j has every byte of Pillow's, also mirrored",
  ({ size, ...box }, i) => {
    const resize = createCropResizer(size);
    const target = new Uint8Array(size * size);
    resize(image, input.width, box, target, false);
    expect([...target]).toEqual(expected.resized[i]);
    resize(image, input.width, box, target, true);
    const mirrored = expected.resized[i]!.map((_, at) => {
      const [y, x] = [Math.floor(at / size), at % size];
      return expected.resized[i]![y * size + size - 1 - x]!;
    });
    expect([...target]).toEqual(mirrored);
  },
);

test.each(input.sigmas.map((sigma, i) => [sigma, i] as const))(
  "the blur with standard deviation %d is SciPy's, rounded",
  (sigma, i) => {
    const pixels = Uint8Array.from(input.square);
    blurGrey(pixels, 20, sigma);
    for (const [at, value] of expected.blurred[i]!.entries())
      expect(Math.abs(pixels[at]! - value)).toBeLessThanOrEqual(0.5 + 1e-6);
  },
);

const batchOf = (rows: number) => {
  const images = new Uint8Array(rows * image.length);
  for (let row = 0; row < rows; row++) images.set(image, row * image.length);
  const ids = Array.from({ length: rows }, (_, row) => String(row));
  return { images, labels: new Float32Array(0), imageIds: ids, patientIds: ids };
};

test("views depend on seed, epoch and place alone, and a short batch is filled with further views", () => {
  const plan = planCrops("test", { globalSize: 12, numLocal: 3 });
  const cut = (seed: number, epoch: number, batch: number, rows = 4) =>
    createCropper(plan, [height, input.width], 4, seed)(batchOf(rows), { epoch, step: 7, batch });
  const first = cut(1, 1, 2);
  expect(first.globals.length).toBe(2 * 4 * 144);
  expect(first.locals.length).toBe(3 * 4 * 36);
  expect(cut(1, 1, 2)).toEqual(first);
  expect(cut(1, 1, 2, 3)).toEqual(first);
  for (const other of [cut(2, 1, 2), cut(1, 2, 2), cut(1, 1, 3)])
    expect(other.globals).not.toEqual(first.globals);
  const views = Array.from({ length: 8 }, (_, i) => String(first.globals.subarray(144 * i, 144 * (i + 1))));
  expect(new Set(views).size).toBe(8);
});

test("without changes a view of the whole image is the image resized", () => {
  const size = 16;
  const plan = planCrops("test", {
    globalSize: size,
    numLocal: 0,
    globalScale: [1, 1],
    ratio: [input.width / height, input.width / height],
    flip: false,
    brightness: 0,
    contrast: 0,
    blur: 0,
  });
  const { globals, locals } = createCropper(
    plan,
    [height, input.width],
    1,
    1,
  )(batchOf(1), {
    epoch: 1,
    step: 0,
    batch: 0,
  });
  expect([...globals.subarray(0, size * size)]).toEqual(expected.resized[0]);
  expect(locals.length).toBe(0);
});

test("greys stay within bytes and a uniform image changes by its brightness alone", () => {
  const size = 10;
  const plan = planCrops("test", { globalSize: size, numLocal: 1, brightness: 0.5 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.nat(), (grey, seed) => {
      const images = new Uint8Array(400).fill(grey);
      const batch = { ...batchOf(1), images };
      const { globals } = createCropper(plan, [20, 20], 1, seed)(batch, { epoch: 1, step: 0, batch: 0 });
      for (const view of [globals.subarray(0, 100), globals.subarray(100)]) {
        expect(new Set(view).size).toBe(1);
        expect(view[0]!).toBeGreaterThanOrEqual(Math.floor(grey * 0.5));
        expect(view[0]!).toBeLessThanOrEqual(Math.min(255, Math.ceil(grey * 1.5)));
      }
    }),
    { numRuns: 50 },
  );
});

test("a mask hides a share of the patches within its range, or none as often as it should", () => {
  const plan = { weight: 1, probability: 0.5, ratio: [0.2, 0.4] as const };
  const counts = Array.from({ length: 2000 }, (_, i) => {
    const mask = drawMask(7, plan, randomStream(3, i));
    expect(mask.every((value) => value === 0 || value === 1)).toBe(true);
    return mask.reduce((sum, value) => sum + value, 0);
  });
  const hidden = counts.filter((count) => count > 0);
  expect(Math.abs(hidden.length - 1000)).toBeLessThan(4 * Math.sqrt(500));
  expect(Math.min(...hidden)).toBeGreaterThanOrEqual(Math.round(0.2 * 49));
  expect(Math.max(...hidden)).toBeLessThanOrEqual(Math.round(0.4 * 49));
});
