import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodePng } from "./_codecPng.js";
import { decodePngOrJpeg } from "./_codecSharp.js";

const where = "decodeImage";
const limit = 2 ** 20;

/** Grey or colour values that are equal in all channels, as radiographs have them. */
function equalChannels(
  values: readonly number[],
  channels: number,
  isWide: boolean,
): Uint8Array | Uint16Array {
  const alpha = channels % 2 === 0 ? 1 : 0;
  const most = isWide ? 65535 : 255;
  const all = values.flatMap((value) => [
    ...Array.from({ length: channels - alpha }, () => value % (most + 1)),
    ...(alpha ? [most] : []),
  ]);
  return isWide ? Uint16Array.from(all) : Uint8Array.from(all);
}

const anyImage = fc
  .record({
    width: fc.integer({ min: 1, max: 21 }),
    height: fc.integer({ min: 1, max: 17 }),
    channels: fc.constantFrom(1, 2, 3, 4),
    isWide: fc.boolean(),
    adaptive: fc.boolean(),
    seed: fc.integer({ min: 1, max: 2 ** 31 }),
  })
  .map(({ seed, ...rest }) => {
    let state = seed;
    const values = Array.from({ length: rest.width * rest.height }, (_, i) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (i * 37 + (state >>> 28)) & 0xffff;
    });
    return { ...rest, values };
  });

describe("the PNG decoder of browsers", () => {
  test("gives the image library's pixels for every depth and number of channels", async () => {
    await fc.assert(
      fc.asyncProperty(anyImage, async ({ width, height, channels, isWide, adaptive, values }) => {
        const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
        const pixels = equalChannels(values, channels, isWide);
        const space = `${channels < 3 ? "grey16" : "rgb16"}`;
        const image = sharp(pixels, { raw });
        const file = await (isWide
          ? image.toColourspace(space)
          : channels < 3
            ? image.toColourspace("b-w")
            : image
        )
          .png({ adaptiveFiltering: adaptive })
          .toBuffer();
        expect(await decodePng(file, where, limit)).toEqual(await decodePngOrJpeg(file, where, limit));
      }),
      { numRuns: 60 },
    );
  });

  test("gives the image library's pixels for palettes of 1, 2, 4 and 8 bits", async () => {
    for (const colours of [2, 4, 16, 200]) {
      const values = Uint8Array.from(
        { length: 33 * 20 },
        (_, i) => ((i * 7) % colours) * Math.floor(255 / colours),
      );
      const file = await sharp(values, { raw: { width: 33, height: 20, channels: 1 } })
        .png({ palette: true, colours, dither: 0 })
        .toBuffer();
      expect(await decodePng(file, where, limit)).toEqual(await decodePngOrJpeg(file, where, limit));
    }
  });

  test("refuses what is damaged, cut off, too large, interlaced or of several colours", async () => {
    const raw = { width: 8, height: 8, channels: 1 as const };
    const grey = sharp(new Uint8Array(64).fill(9), { raw }).toColourspace("b-w");
    const file = new Uint8Array(await grey.clone().png().toBuffer());
    const damaged = file.slice();
    const pixels = Buffer.from(file).indexOf("IDAT") + 6;
    damaged[pixels] = (damaged[pixels] as number) ^ 0xff;
    await expect(decodePng(damaged, where, limit)).rejects.toThrow("checksum in chunk IDAT");
    await expect(decodePng(file.slice(0, -14), where, limit)).rejects.toThrow("without its end");
    await expect(decodePng(file, where, 63)).rejects.toThrow("must have 1 to 63 pixels, got 8 × 8");
    const interlaced = await grey.clone().png({ progressive: true }).toBuffer();
    await expect(decodePng(interlaced, where, limit)).rejects.toThrow("must not be interlaced");
    const red = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    await expect(decodePng(red, where, limit)).rejects.toThrow("colour channels must be equal");
  });

  test("takes no more memory than the header promises for rows that inflate to more", async () => {
    const raw = { width: 4, height: 4, channels: 1 as const };
    const small = new Uint8Array(
      await sharp(new Uint8Array(16), { raw }).toColourspace("b-w").png().toBuffer(),
    );
    const large = new Uint8Array(
      await sharp(new Uint8Array(2 ** 16), { raw: { width: 256, height: 256, channels: 1 } })
        .toColourspace("b-w")
        .png()
        .toBuffer(),
    );
    // The large file's rows behind the small file's header.
    const bomb = Buffer.concat([small.subarray(0, 33), large.subarray(33)]);
    await expect(decodePng(bomb, where, limit)).rejects.toThrow("more than 20 bytes of pixels");
  });
});
