import { expect, test } from "vitest";
import { referenceFile, unpacked } from "../test/referenceFile.js";
import { equalizeTiles } from "./_clahe.js";

interface Case {
  readonly width: number;
  readonly height: number;
  readonly clipLimit: number;
  readonly tiles: number;
  readonly pixels: string;
}

test("every byte is that of OpenCV's CLAHE, whether the tiles fit the image or not", () => {
  const { input, expected } = referenceFile<Case[], string[]>("opencv/clahe.json");
  input.forEach(({ pixels, width, height, ...options }, i) => {
    const equalised = equalizeTiles(unpacked(pixels, "uint8"), width, height, options);
    expect({ width, height, options, pixels: [...equalised] }).toEqual({
      width,
      height,
      options,
      pixels: [...unpacked(expected[i] ?? "", "uint8")],
    });
  });
  expect(input.length).toBeGreaterThan(6);
});

test("an image of one grey value, or smaller than the tiles are many, is handled", () => {
  expect(new Set(equalizeTiles(new Uint8Array(64).fill(9), 8, 8, { tiles: 2 })).size).toBe(1);
  expect(equalizeTiles(Uint8Array.of(1, 2, 3), 3, 1, { tiles: 8 })).toHaveLength(3);
  expect(equalizeTiles(Uint8Array.of(7), 1, 1, { tiles: 64 })).toHaveLength(1);
});
