import fc from "fast-check";
import { expect, test } from "vitest";
import { referenceFile, unpacked } from "../test/referenceFile.js";
import { zoomSpline } from "./zoomSpline.js";

interface Case {
  readonly type: "uint8" | "uint16" | "int16";
  readonly width: number;
  readonly height: number;
  readonly newWidth: number;
  readonly newHeight: number;
  readonly values: string;
}

test("the zoom gives SciPy's values for bytes, unsigned and signed numbers, ties and lengths of one", () => {
  const { input, expected } = referenceFile<Case[], string[]>("scipy/zoom.json");
  input.forEach(({ type, width, height, newWidth, newHeight, values }, i) => {
    const zoomed = zoomSpline({ width, height, pixels: unpacked(values, type) }, newWidth, newHeight);
    const what = { type, width, height, newWidth, newHeight };
    expect({ ...what, pixels: [...zoomed] }).toEqual({
      ...what,
      pixels: [...unpacked(expected[i] ?? "", type)],
    });
  });
  expect(input.length).toBeGreaterThan(50);
});

// Values of the study's specification, section 10, made with scipy 1.10.1.
test("the golden vectors of 7 × 9 bytes and 6 × 8 twelve-bit values are met", () => {
  const bytes = Uint8Array.from({ length: 63 }, (_, p) => {
    const [i, j] = [Math.floor(p / 9), p % 9];
    return (37 * i + 53 * j + ((i * j) % 7) * 11) % 251;
  });
  expect([...zoomSpline({ width: 9, height: 7, pixels: bytes }, 6, 5)]).toEqual(
    [
      [0, 87, 176, 41, 92, 173],
      [56, 193, 119, 98, 194, 121],
      [111, 100, 57, 130, 246, 66],
      [166, 69, 120, 255, 65, 136],
      [222, 104, 188, 36, 64, 210],
    ].flat(),
  );
  const deep = Uint16Array.from({ length: 48 }, (_, p) => {
    const [i, j] = [Math.floor(p / 8), p % 8];
    return ((31 * i * i + 17 * j * j + 5 * i * j) * 13) % 4096;
  });
  expect([...zoomSpline({ width: 8, height: 6, pixels: deep }, 5, 4)]).toEqual(
    [
      [0, 689, 3069, 1741, 2637],
      [1058, 2249, 2066, 3433, 1546],
      [3473, 1989, 2912, 1061, 3598],
      [1883, 3531, 1642, 1219, 2699],
    ].flat(),
  );
});

test("the spline overshoots at a step; unsigned types cut it off, the signed one keeps it below zero", () => {
  const step = (factor: number) =>
    Array.from({ length: 36 }, (_, p) => (p % 6 < 3 ? 0 : 255 * factor)) as readonly number[];
  const line = (pixels: Uint8Array | Uint16Array | Int16Array) =>
    [...zoomSpline({ width: 6, height: 6, pixels }, 11, 11)].slice(0, 11);
  expect(line(Uint8Array.from(step(1)))).toEqual([0, 3, 0, 0, 0, 128, 255, 255, 255, 252, 255]);
  expect(line(Uint16Array.from(step(16)))).toEqual([0, 50, 0, 0, 0, 2040, 4080, 4428, 4080, 4030, 4080]);
  expect(line(Int16Array.from(step(16)))[3]).toBe(-348);
});

test("from 512 to 224 the last row and column are black, as in SciPy; from 500 they are not", () => {
  const last = (length: number) => {
    const pixels = new Uint8Array(length * length).fill(100);
    const zoomed = zoomSpline({ width: length, height: length, pixels }, 224, 224);
    return [zoomed[0], zoomed[223], zoomed[223 * 224], zoomed.at(-1), zoomed[222 * 224 + 222]];
  };
  expect(last(512)).toEqual([100, 0, 0, 0, 100]);
  expect(last(500)).toEqual([100, 100, 100, 100, 100]);
});

const picture = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      pixels: fc.uint16Array({ minLength: width * height, maxLength: width * height }),
    }),
  );

test("a picture zoomed to its own size is the same picture", () => {
  fc.assert(
    fc.property(picture, (image) => {
      expect([...zoomSpline(image, image.width, image.height)]).toEqual([...image.pixels]);
    }),
  );
});

test("zooming a transposed picture gives the transposed zoom, up to the last unit", () => {
  const transposed = (pixels: Uint16Array, width: number, height: number) =>
    Uint16Array.from(
      { length: pixels.length },
      (_, p) => pixels[(p % height) * width + Math.floor(p / height)] ?? 0,
    );
  fc.assert(
    fc.property(picture, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (image, w, h) => {
      const { width, height, pixels } = image;
      const other = { width: height, height: width, pixels: transposed(pixels, width, height) };
      const expected = transposed(zoomSpline(image, w, h), w, h);
      expect(zoomSpline(other, h, w)).toBeAllclose(expected, { rtol: 0, atol: 1 });
    }),
  );
});

test("sizes and numbers of pixels are checked", () => {
  const pixels = new Uint8Array(6);
  expect(() => zoomSpline({ width: 2, height: 2, pixels }, 3, 3)).toThrow(
    "zoomSpline: pixels must have 2 × 2 values, got 6",
  );
  expect(() => zoomSpline({ width: 2, height: 3, pixels }, 0, 3)).toThrow("newWidth must be an integer ≥ 1");
  expect(() => zoomSpline({ width: 2, height: 3, pixels }, 3, 1.5)).toThrow(
    "newHeight must be an integer ≥ 1",
  );
});
