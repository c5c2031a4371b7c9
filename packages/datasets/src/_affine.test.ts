import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { placeImage } from "./_affine.js";

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
