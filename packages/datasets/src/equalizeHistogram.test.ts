import fc from "fast-check";
import { expect, test } from "vitest";
import { referenceFile, unpacked } from "../test/referenceFile.js";
import { equalizeHistogram } from "./equalizeHistogram.js";

test("every byte is that of OpenCV's equalizeHist", () => {
  const { input, expected } = referenceFile<string[], string[]>("opencv/equalize.json");
  input.forEach((pixels, i) => {
    expect([...equalizeHistogram(unpacked(pixels, "uint8"))]).toEqual([
      ...unpacked(expected[i] ?? "", "uint8"),
    ]);
  });
  expect(input.length).toBeGreaterThan(5);
});

// Values of the study's specification, section 10, which equal OpenCV's.
test("the golden vectors are met, inverted ones too", () => {
  const grey = Uint8Array.of(
    ...[0, 87, 176, 41, 92, 173, 56, 193, 119, 98, 194, 121, 111, 100, 57, 130, 246, 66],
    ...[166, 69, 120, 255, 65, 136, 222, 104, 188, 36, 64, 210],
  );
  expect([...equalizeHistogram(grey)]).toEqual([
    ...[0, 79, 193, 18, 88, 185, 26, 211, 132, 97, 220, 149, 123, 106, 35, 158, 246, 62],
    ...[176, 70, 141, 255, 53, 167, 237, 114, 202, 9, 44, 229],
  ]);
  expect([...equalizeHistogram(grey.map((v) => 255 - v))]).toEqual([
    ...[255, 176, 62, 237, 167, 70, 229, 44, 123, 158, 35, 106, 132, 149, 220, 97, 9, 193],
    ...[79, 185, 114, 0, 202, 88, 18, 141, 53, 246, 211, 26],
  ]);
});

test("the order of grey values is kept, the lowest becomes 0 and the highest 255", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 200 }), (pixels) => {
      fc.pre(new Set(pixels).size > 1);
      const equalised = equalizeHistogram(pixels);
      const pairs = [...pixels].map((grey, i) => [grey, equalised[i] as number] as const);
      pairs.sort(([a], [b]) => a - b);
      expect(pairs.map(([, after]) => after)).toEqual(pairs.map(([, after]) => after).sort((a, b) => a - b));
      expect([pairs[0]?.[1], pairs.at(-1)?.[1]]).toEqual([0, 255]);
    }),
  );
});

test("one grey value stays as it is, also in no pixel at all", () => {
  expect([...equalizeHistogram(Uint8Array.of(9, 9, 9))]).toEqual([9, 9, 9]);
  expect([...equalizeHistogram(new Uint8Array())]).toEqual([]);
});
