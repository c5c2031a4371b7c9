import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dataPath } from "../test/tinyDataset.js";
import { type DecodedImage, decodeImage } from "./decodeImage.js";
import { presentGrey } from "./presentGrey.js";
import { type DicomHeader, readDicomHeader } from "./readDicomHeader.js";

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/pydicom/present.json", import.meta.url), "utf8"),
) as {
  cases: { name: string; file: string; options: { window?: number | "none" }; share: number[] }[];
};
const bytesOf = (name: string) =>
  Buffer.from(fixture.cases.find((one) => one.name === name)?.file as string, "base64");

test.each(fixture.cases.map((one) => [one.name, one] as const))(
  "grey values agree with pydicom to half a step: %s",
  async (name, { file, options, share }) => {
    const image = await decodeImage(Buffer.from(file, "base64"));
    const { pixels, maximum, width, height } = presentGrey(image, options);
    expect(maximum).toBe(name.includes("8 bits") ? 255 : 65535);
    expect([width, height]).toEqual([image.width, image.height]);
    expect(pixels).toHaveLength(share.length);
    // Shares are written to seven digits: 1e-7 of 65535 is 0.007.
    expect(
      Math.max(...share.map((value, i) => Math.abs(value * maximum - (pixels[i] as number)))),
    ).toBeLessThan(0.51);
  },
);

const base: DicomHeader = readDicomHeader(bytesOf("no window"));

function imageOf(pixels: DecodedImage["pixels"], rest: Partial<DicomHeader> = {}): DecodedImage {
  return {
    width: pixels.length,
    height: 1,
    bitsStored: pixels instanceof Uint8Array ? 8 : 16,
    signed: pixels instanceof Int16Array,
    photometricInterpretation: rest.photometricInterpretation ?? "MONOCHROME2",
    pixels,
    dicom: { ...base, ...rest },
  };
}

test("PNG and JPEG values pass through without a copy", () => {
  for (const pixels of [Uint8Array.of(3, 200), Uint16Array.of(3, 60000)]) {
    const { dicom: _, ...plain } = imageOf(pixels);
    const grey = presentGrey(plain);
    expect(grey.pixels).toBe(pixels);
    expect(grey.maximum).toBe(pixels instanceof Uint8Array ? 255 : 65535);
  }
});

test("pixels of the padding value are black and do not count for the range", () => {
  const { pixels } = presentGrey(imageOf(Int16Array.of(-2000, 0, 50, 100), { pixelPaddingValue: -2000 }));
  expect([...pixels]).toEqual([0, 0, 32768, 65535]);
});

test("padding is black where the smallest value is white too", () => {
  const header = {
    pixelPaddingValue: 9,
    pixelPaddingRangeLimit: 7,
    photometricInterpretation: "MONOCHROME1",
  };
  const { pixels } = presentGrey(imageOf(Uint8Array.of(7, 8, 9, 10, 20), header));
  expect([...pixels]).toEqual([0, 0, 0, 255, 0]);
});

test("the presentation shape INVERSE inverts once, not twice", () => {
  const values = Uint8Array.of(0, 10);
  for (const photometricInterpretation of ["MONOCHROME1", "MONOCHROME2"])
    expect([
      ...presentGrey(imageOf(values, { photometricInterpretation, presentationLutShape: "INVERSE" })).pixels,
    ]).toEqual([255, 0]);
});

test("an image of one value is black, inverted or not", () => {
  for (const photometricInterpretation of ["MONOCHROME1", "MONOCHROME2"])
    expect([...presentGrey(imageOf(Uint8Array.of(7, 7), { photometricInterpretation })).pixels]).toEqual([
      0, 0,
    ]);
});

test("a window that the file does not have, and one without width, are refused", () => {
  const image = imageOf(Uint16Array.of(0, 1), { windows: [{ center: 1, width: 0.5, function: "LINEAR" }] });
  expect(() => presentGrey(image, { window: 1 })).toThrow(
    "presentGrey: window must be one of the file's 1, counted from 0, got 1",
  );
  expect(() => presentGrey(image)).toThrow("width of a LINEAR window must be at least 1, got 0.5");
  expect(() => presentGrey(image, { window: -1 })).toThrow("window must be an integer ≥ 0, got -1");
  expect([...presentGrey(image, { window: "none" }).pixels]).toEqual([0, 65535]);
});

test("grey never falls where the stored value rises, or never rises where the smallest is white", () => {
  const window = fc.record({
    center: fc.double({ min: -40000, max: 70000, noNaN: true }),
    width: fc.double({ min: 1, max: 70000, noNaN: true }),
    function: fc.constantFrom("LINEAR" as const, "LINEAR_EXACT" as const, "SIGMOID" as const),
  });
  const header = fc.record({
    windows: fc.array(window, { maxLength: 1 }),
    rescaleSlope: fc.double({ min: 0.001, max: 100, noNaN: true }),
    rescaleIntercept: fc.double({ min: -5000, max: 5000, noNaN: true }),
    photometricInterpretation: fc.constantFrom("MONOCHROME1", "MONOCHROME2"),
  });
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 2, maxLength: 9 }),
      header,
      (values, rest) => {
        const pixels = Int16Array.from(values).sort();
        const grey = [...presentGrey(imageOf(pixels, rest)).pixels];
        const rising = rest.photometricInterpretation === "MONOCHROME2" ? grey : grey.reverse();
        expect(rising).toEqual([...rising].sort((a, b) => a - b));
      },
    ),
  );
});

const folder = dataPath("dicom");
const reason = existsSync(folder) ? "" : ` (left out: ${folder} is not there)`;
test.skipIf(reason !== "")(
  `the first window of the collection's files has the mean that pydicom gives${reason}`,
  async () => {
    const { files } = JSON.parse(readFileSync(dataPath("dicom/manifest.json"), "utf8"));
    let numCompared = 0;
    for (const {
      file,
      voi_first_window: expected,
      bits_stored: bits,
      pixel_representation: signed,
      ...rest
    } of files) {
      if (expected === undefined || !file.startsWith("generated/")) continue;
      const image = await decodeImage(readFileSync(dataPath(`dicom/${file}`)));
      const { pixels, maximum } = presentGrey(image);
      // pydicom's values lie between the smallest and the largest that can be stored, rescaled; those of a table in its bits.
      const lowest = signed === 1 ? (image.dicom?.rescaleIntercept as number) - 2 ** (bits - 1) : 0;
      const range = image.dicom?.voiLut ? 65535 : 2 ** bits - 1;
      let sum = 0;
      for (const value of pixels) sum += value;
      const share = sum / pixels.length / maximum;
      const expectedShare = (expected.mean - lowest) / range;
      const inverted = rest.photometric === "MONOCHROME1" ? 1 - expectedShare : expectedShare;
      // Rounding to 8 bits shifts a mean by a thousandth at most, clamping an overshoot of lossy coding by less.
      expect([file, Math.abs(share - inverted) < 1e-3]).toEqual([file, true]);
      numCompared++;
    }
    expect(numCompared).toBe(35);
  },
);
