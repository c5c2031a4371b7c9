import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { referenceFile, unpacked } from "../test/referenceFile.js";
import { dataPath } from "../test/tinyDataset.js";
import { type ResizeFilter, resizeFilters } from "./_resampleTaps.js";
import { resizeGrey } from "./_resize.js";

interface Input {
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
  readonly sizes: readonly (readonly [number, number])[];
}

test.each(resizeFilters)("filter %s gives Pillow's bytes, smaller and larger", (filter) => {
  const { input, expected } = referenceFile<Input, Record<string, string[]>>("pillow/filters.json");
  const { width, height, pixels, sizes } = input;
  sizes.forEach(([newWidth, newHeight], i) => {
    const resized = resizeGrey(unpacked(pixels, "uint8"), width, height, newWidth, newHeight, filter);
    expect([...resized]).toEqual([...unpacked(expected[filter]?.[i] ?? "", "uint8")]);
  });
  expect(sizes.length).toBeGreaterThan(3);
});

const oracles = dataPath("oracles/preproc");
const pillowNames: Readonly<Record<string, ResizeFilter>> = {
  NEAREST: "nearest",
  BOX: "box",
  BILINEAR: "triangle",
  HAMMING: "hamming",
  BICUBIC: "cubic",
  LANCZOS: "lanczos",
};

/** One channel of a PNG file after the other. */
async function channelsOf(path: string): Promise<{ width: number; height: number; channels: Uint8Array[] }> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const channel = (c: number) =>
    Uint8Array.from({ length: width * height }, (_, p) => data[p * channels + c] as number);
  return { width, height, channels: Array.from({ length: channels }, (_, c) => channel(c)) };
}

test.skipIf(!existsSync(oracles))(
  "a radiograph and a colour picture resized by Pillow in 32 ways are met to the byte (needs the shared data)",
  async () => {
    const manifest = JSON.parse(readFileSync(join(oracles, "manifest.json"), "utf8")) as {
      pil: { file: string; filter: string; size: [number, number]; input: string }[];
    };
    for (const { file, filter, size, input } of manifest.pil) {
      const before = await channelsOf(join(oracles, input));
      const after = await channelsOf(join(oracles, file));
      expect([after.width, after.height]).toEqual(size);
      before.channels.slice(0, after.channels.length).forEach((channel, c) => {
        const name = pillowNames[filter] as ResizeFilter;
        const resized = resizeGrey(channel, before.width, before.height, ...size, name);
        expect({ file, same: Buffer.from(resized).equals(after.channels[c] as Uint8Array) }).toEqual({
          file,
          same: true,
        });
      });
    }
    expect(manifest.pil).toHaveLength(32);
  },
);
