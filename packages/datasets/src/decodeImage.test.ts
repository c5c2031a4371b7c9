import { readFileSync } from "node:fs";
import sharp from "sharp";
import { expect, test } from "vitest";
import { greyPng, tinyPixels } from "../test/tinyDataset.js";
import { decodeImage } from "./decodeImage.js";

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/pillow/decode.json", import.meta.url), "utf8"),
) as {
  input: { name: string; file: string }[];
  expected: { width: number; height: number; bitsStored: number; pixels: number[] }[];
};

test.each(fixture.input.map(({ name }, i) => [name, i] as const))(
  "stored values agree with Pillow: %s",
  async (_, i) => {
    const { pixels, ...rest } = await decodeImage(Buffer.from(fixture.input[i]?.file ?? "", "base64"));
    const expected = fixture.expected[i];
    expect(rest).toEqual({
      width: expected?.width,
      height: expected?.height,
      bitsStored: expected?.bitsStored,
      signed: false,
      photometricInterpretation: "MONOCHROME2",
    });
    expect(pixels).toBeInstanceOf(expected?.bitsStored === 16 ? Uint16Array : Uint8Array);
    expect(Array.from(pixels)).toEqual(expected?.pixels);
  },
);

test("a truncated PNG is refused wherever it is cut", async () => {
  const png = await greyPng(tinyPixels(0, 64), 64, 64);
  for (const length of [0, 20, 40, Math.floor(png.length / 2), png.length - 20])
    await expect(decodeImage(png.subarray(0, length))).rejects.toThrow(/^decodeImage: image must be/);
});

test("a truncated JPEG is refused", async () => {
  const jpeg = await sharp(tinyPixels(0, 64), { raw: { width: 64, height: 64, channels: 1 } })
    .jpeg()
    .toBuffer();
  await expect(decodeImage(jpeg.subarray(0, jpeg.length / 2))).rejects.toThrow(
    /must be complete and readable/,
  );
});

test("an image of more pixels than allowed is refused before it is decoded", async () => {
  const png = await greyPng(new Uint8Array(200 * 100), 200, 100);
  await expect(decodeImage(png, { maxPixels: 19_999 })).rejects.toThrow(/19999 pixels/);
  expect((await decodeImage(png, { maxPixels: 20_000 })).pixels).toHaveLength(20_000);
  await expect(decodeImage(png, { maxPixels: 0 })).rejects.toThrow("maxPixels must be an integer ≥ 1, got 0");
});

test("a PNG that declares a gigantic size is refused by its header", async () => {
  const png = Buffer.from(await greyPng(new Uint8Array(4), 2, 2));
  png.writeUInt32BE(100_000, 16);
  png.writeUInt32BE(100_000, 20);
  await expect(decodeImage(png)).rejects.toThrow(/^decodeImage: image must/);
});

test("channels that differ and transparent pixels are refused with their place", async () => {
  const colour = await sharp(Uint8Array.of(1, 1, 1, 5, 6, 5), { raw: { width: 2, height: 1, channels: 3 } })
    .png()
    .toBuffer();
  await expect(decodeImage(colour)).rejects.toThrow(
    "colour channels must be equal, got 5 and 6 in row 0, column 1",
  );
  const clear = await sharp(Uint8Array.of(1, 1, 1, 255, 5, 5, 5, 254), {
    raw: { width: 2, height: 1, channels: 4 },
  })
    .png()
    .toBuffer();
  await expect(decodeImage(clear)).rejects.toThrow("pixels must be opaque, got alpha 254 in row 0, column 1");
});

test("what is no PNG, JPEG or DICOM file is refused", async () => {
  await expect(decodeImage(Buffer.from("Image Index,Finding Labels"))).rejects.toThrow(
    /must be a PNG, JPEG or DICOM file/,
  );
  const webp = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
    .webp()
    .toBuffer();
  await expect(decodeImage(webp)).rejects.toThrow("must be a PNG, JPEG or DICOM file, got webp");
});
