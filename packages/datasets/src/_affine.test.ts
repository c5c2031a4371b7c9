import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Placement, placeImage } from "./_affine.js";

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/pillow/rotate.json", import.meta.url), "utf8"),
) as { input: { size: number; pixels: string; angle: number; flip: boolean }[]; expected: string[] };

test("flip and rotation give Pillow's bytes at every angle", () => {
  fixture.input.forEach(({ size, pixels, angle, flip }, i) => {
    const target = new Uint8Array(size * size);
    const placement = { flip, degrees: angle, scale: 1, right: 0, down: 0 };
    placeImage(Buffer.from(pixels, "base64"), target, size, placement);
    const expected = Buffer.from(fixture.expected[i] ?? "", "base64");
    expect({ size, angle, flip, same: expected.equals(target) }).toEqual({ size, angle, flip, same: true });
  });
  expect(fixture.input.length).toBeGreaterThan(70);
});

test("a shift moves whole pixels and leaves black behind", () => {
  const source = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
  const target = new Uint8Array(9);
  placeImage(source, target, 3, { flip: false, degrees: 0, scale: 1, right: 1, down: -1 });
  expect([...target]).toEqual([0, 4, 5, 0, 7, 8, 0, 0, 0]);
});

test("a magnification of two about the centre repeats the middle", () => {
  const source = Uint8Array.from({ length: 16 }, (_, i) => i);
  const target = new Uint8Array(16);
  placeImage(source, target, 4, { flip: false, degrees: 0, scale: 2, right: 0, down: 0 });
  expect([...target]).toEqual([5, 5, 6, 6, 5, 5, 6, 6, 9, 9, 10, 10, 9, 9, 10, 10]);
});

/** The same with every source pixel asked whether it lies inside, in integers that cannot overflow. */
function placeSlowly(source: Uint8Array, size: number, placement: Placement): number[] {
  const { flip, degrees, scale, right, down } = placement;
  const fixed = (value: number) => Math.floor(value * 65536 + 0.5);
  const angle = (-(((degrees % 360) + 360) % 360) * Math.PI) / 180;
  const cos = Number(Math.cos(angle).toFixed(15)) / scale;
  const sin = Number(Math.sin(angle).toFixed(15)) / scale;
  const centre = size / 2;
  const [left, top] = [-cos * centre - sin * centre + centre, sin * centre - cos * centre + centre];
  return Array.from({ length: size * size }, (_, at) => {
    const [x, y] = [(at % size) - right, Math.floor(at / size) - down];
    const column = Math.floor(
      (fixed(left + cos * 0.5 + sin * 0.5) + x * fixed(cos) + y * fixed(sin)) / 65536,
    );
    const row = Math.floor((fixed(top - sin * 0.5 + cos * 0.5) + x * fixed(-sin) + y * fixed(cos)) / 65536);
    if (column < 0 || column >= size || row < 0 || row >= size) return 0;
    return source[row * size + (flip ? size - 1 - column : column)] as number;
  });
}

test("the spans that are copied are exactly the pixels that come from inside, for any change of place", () => {
  const placements = fc.record({
    flip: fc.boolean(),
    degrees: fc.oneof(fc.double({ min: -200, max: 200, noNaN: true }), fc.constantFrom(0, 90, -90, 180)),
    scale: fc.double({ min: 0.1, max: 1.9, noNaN: true }),
    right: fc.integer({ min: -40, max: 40 }),
    down: fc.integer({ min: -40, max: 40 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), placements, (size, placement) => {
      const source = Uint8Array.from({ length: size * size }, (_, p) => 1 + (p % 255));
      const target = new Uint8Array(size * size).fill(7);
      placeImage(source, target, size, placement);
      expect([...target]).toEqual(placeSlowly(source, size, placement));
    }),
    { numRuns: 300 },
  );
});
