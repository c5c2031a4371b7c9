import fc from "fast-check";
import { expect, test } from "vitest";
import { referenceFile, unpacked } from "../test/referenceFile.js";
import { greyPng } from "../test/tinyDataset.js";
import { equalizeTiles } from "./_clahe.js";
import {
  type CompleteCorrectedRecipe,
  type CompletePublishedRecipe,
  completeRecipe,
} from "./_completeRecipe.js";
import { prepareCorrected } from "./_prepareCorrected.js";
import { preparePublished, publishedPass } from "./_preparePublished.js";
import { resizeFilters } from "./_resampleTaps.js";
import { resizeGrey } from "./_resize.js";
import type { DecodedImage } from "./decodeImage.js";
import { type PrepareImageOptions, prepareImage } from "./prepareImage.js";
import type { CorrectedRecipe, PublishedRecipe } from "./Recipe.js";

interface Published {
  readonly direct: string;
  readonly via512: string;
  readonly via512Jpeg: string;
}

const bytesOf = (text: string) => [...unpacked(text, "uint8")];

test("as-published gives the bytes of SciPy's zoom and OpenCV's equalisation, direct and via 512 pixels", async () => {
  const { input, expected } = referenceFile<{ file: string; size: number }[], Published[]>(
    "opencv/published.json",
  );
  for (const [i, { file, size }] of input.entries()) {
    const prepare = async (changes: Omit<PublishedRecipe, "name">) => [
      ...(await prepareImage(Buffer.from(file, "base64"), {
        size,
        recipe: { name: "as-published", ...changes },
      })),
    ];
    const { direct, via512, via512Jpeg } = expected[i] as Published;
    expect({ i, pixels: await prepare({}) }).toEqual({ i, pixels: bytesOf(direct) });
    expect({ i, pixels: await prepare({ route: "via512" }) }).toEqual({ i, pixels: bytesOf(via512) });
    const throughFiles = await prepare({ route: "via512", jpeg: true });
    expect(throughFiles).toBeAllclose(bytesOf(via512Jpeg), { rtol: 0, atol: 1 });
  }
  expect(input).toHaveLength(3);
});

function decoded(
  pixels: Uint8Array | Uint16Array | Int16Array,
  width: number,
  photometricInterpretation?: string,
): DecodedImage {
  const [bitsStored, signed] = [pixels.BYTES_PER_ELEMENT * 8, pixels instanceof Int16Array];
  const image = { width, height: pixels.length / width, bitsStored, signed, pixels };
  if (photometricInterpretation === undefined) return { ...image, photometricInterpretation: "MONOCHROME2" };
  return { ...image, photometricInterpretation, dicom: { photometricInterpretation } as never };
}

function corrected(image: DecodedImage, recipe: Omit<CorrectedRecipe, "name">, size = 8): Uint8Array {
  const complete = completeRecipe("test", size, { name: "corrected", ...recipe });
  return prepareCorrected(image, complete as CompleteCorrectedRecipe);
}

const published = completeRecipe("test", 6, { name: "as-published" }) as CompletePublishedRecipe;

// Values of the study's specification, section 10, made with scipy 1.10.1 and OpenCV 5.0.0.
test("the golden vectors of the whole chain are met: bytes, inverted ones, and twelve-bit values", () => {
  const bytes = Uint8Array.from({ length: 63 }, (_, p) => {
    const [i, j] = [Math.floor(p / 9), p % 9];
    return (37 * i + 53 * j + ((i * j) % 7) * 11) % 251;
  });
  const grey = { width: 9, height: 7, pixels: bytes };
  expect([...publishedPass(grey, 6, 5, false)]).toEqual([
    ...[0, 79, 193, 18, 88, 185, 26, 211, 132, 97, 220, 149, 123, 106, 35, 158, 246, 62],
    ...[176, 70, 141, 255, 53, 167, 237, 114, 202, 9, 44, 229],
  ]);
  expect([...publishedPass(grey, 6, 5, true)]).toEqual([
    ...[255, 176, 62, 237, 167, 70, 229, 44, 123, 158, 35, 106, 132, 149, 220, 97, 9, 193],
    ...[79, 185, 114, 0, 202, 88, 18, 141, 53, 246, 211, 26],
  ]);
  const deep = Uint16Array.from({ length: 48 }, (_, p) => {
    const [i, j] = [Math.floor(p / 8), p % 8];
    return ((31 * i * i + 17 * j * j + 5 * i * j) * 13) % 4096;
  });
  expect([...publishedPass({ width: 8, height: 6, pixels: deep }, 5, 4, false)]).toEqual([
    ...[0, 13, 201, 94, 161, 40, 148, 134, 215, 67, 228, 121, 188, 40, 255, 107, 242, 81, 54, 174],
  ]);
});

test("as-published inverts DICOM files of MONOCHROME1 only, and takes their stored values whole", async () => {
  const values = Uint16Array.from({ length: 64 }, (_, p) => (p * 37) % 4096);
  const seen = { width: 8, height: 8, pixels: values };
  const prepare = (image: DecodedImage) => preparePublished(image, published);
  expect(await prepare(decoded(values, 8, "MONOCHROME2"))).toEqual(publishedPass(seen, 6, 6, false));
  expect(await prepare(decoded(values, 8, "MONOCHROME1"))).toEqual(publishedPass(seen, 6, 6, true));
  const high = { width: 8, height: 8, pixels: Uint8Array.from(values, (value) => value >> 8) };
  expect(await prepare(decoded(values, 8))).toEqual(publishedPass(high, 6, 6, false));
});

test("an image of one value becomes black under as-published, and where it is cut at percentiles", async () => {
  const constant = decoded(new Uint16Array(64).fill(700), 8);
  expect(new Set(await preparePublished(constant, published))).toEqual(new Set([0]));
  expect(new Set(corrected(constant, {}))).toEqual(new Set([0]));
  const grey = decoded(new Uint8Array(64).fill(70), 8);
  expect(new Set(corrected(grey, {}))).toEqual(new Set([70]));
});

test.each(resizeFilters)(
  "16-bit images are resized by filter %s before they are rounded to Pillow's bytes",
  async (filter) => {
    const { input, expected } = referenceFile<
      { width: number; height: number; file: string; size: number },
      Record<string, string>
    >("pillow/deep.json");
    const recipe = { name: "corrected", filter, clip: "none" } as const;
    const prepared = await prepareImage(Buffer.from(input.file, "base64"), { size: input.size, recipe });
    expect([...prepared]).toEqual(bytesOf(expected[filter] ?? ""));
  },
);

test("values outside the percentiles become black and white; 8-bit images are cut only if a recipe says so", () => {
  const values = Uint16Array.from({ length: 1000 }, (_, i) => (i === 0 ? 0 : i === 999 ? 65535 : 20000 + i));
  const deep = (clip: CorrectedRecipe["clip"]) =>
    corrected(decoded(values, 1000), { ...(clip && { clip }), filter: "nearest" }, 1000).subarray(0, 1000);
  const byDefault = deep(undefined);
  expect([byDefault[0], byDefault[4], byDefault[500], byDefault[995], byDefault[999]]).toEqual([
    0, 0, 128, 255, 255,
  ]);
  expect(deep([10, 90])[100]).toBe(0);
  expect(deep([10, 90])[300]).toBe(64);
  expect(deep("none")[500]).toBe(Math.round((20500 * 255) / 65535));
  const bytes = decoded(
    Uint8Array.from({ length: 256 }, (_, i) => i),
    256,
  );
  const cut = (clip: CorrectedRecipe["clip"]) =>
    corrected(bytes, { ...(clip && { clip }), filter: "nearest" }, 256).subarray(0, 256);
  expect([...cut(undefined)]).toEqual([...bytes.pixels]);
  expect(cut([20, 80])[51]).toBe(0);
  expect(cut([20, 80])[204]).toBe(255);
});

test("letterbox keeps the aspect ratio and fills up with black, crop takes the middle", () => {
  const pixels = Uint8Array.from({ length: 200 }, (_, p) => (p % 20 < 5 ? 10 : p % 20 < 15 ? 200 : 30));
  const rows = (fit: "letterbox" | "crop") => {
    const square = corrected(decoded(pixels, 20), { fit, filter: "box" }, 10);
    return Array.from({ length: 10 }, (_, y) => [...square.subarray(y * 10, y * 10 + 10)]);
  };
  expect(rows("crop")).toEqual(new Array(10).fill(new Array(10).fill(200)));
  const black = new Array(10).fill(0);
  expect(rows("letterbox")).toEqual([
    ...[black, black],
    ...new Array(5).fill([10, 10, 105, 200, 200, 200, 200, 115, 30, 30]),
    ...[black, black, black],
  ]);
});

test("letterbox and crop agree with fill where the image is square, at any depth", () => {
  const anyPixels = fc.integer({ min: 1, max: 12 }).chain((side) =>
    fc.record({
      side: fc.constant(side),
      bytes: fc.uint8Array({ minLength: side * side, maxLength: side * side }),
      deep: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(anyPixels, fc.integer({ min: 1, max: 16 }), ({ side, bytes, deep }, size) => {
      const image = decoded(deep ? Uint16Array.from(bytes, (v) => v * 200) : bytes, side);
      const [fill, letterbox, crop] = (["fill", "letterbox", "crop"] as const).map((fit) =>
        corrected(image, { fit }, size),
      );
      expect(letterbox).toEqual(fill);
      expect(crop).toEqual(fill);
    }),
  );
});

test("adaptive equalisation follows the resize", () => {
  const image = decoded(
    Uint8Array.from({ length: 4096 }, (_, p) => (p * p) % 251),
    64,
  );
  const plain = corrected(image, {}, 32);
  const equalised = corrected(image, { clahe: { clipLimit: 3, tiles: 4 } }, 32);
  expect(equalised).toEqual(equalizeTiles(plain, 32, 32, { clipLimit: 3, tiles: 4 }));
  expect(equalised).not.toEqual(plain);
});

test("files of grey bytes are prepared as before there were recipes: resized by the triangle filter alone", async () => {
  const pixels = Uint8Array.from({ length: 48 * 60 }, (_, p) => (p * 7 + (p >> 3)) % 256);
  const file = await greyPng(pixels, 60, 48);
  expect(await prepareImage(file, { size: 20 })).toEqual(resizeGrey(pixels, 60, 48, 20, 20));
});

test("options are checked at the door", async () => {
  const file = await greyPng(Uint8Array.of(1, 2, 3, 4), 2, 2);
  const ask = (options: object) => prepareImage(file, { size: 4, ...options } as PrepareImageOptions);
  await expect(ask({ size: 0 })).rejects.toThrow("prepareImage: size must be an integer ≥ 1, got 0");
  await expect(ask({ size: 4097 })).rejects.toThrow("size must be at most 4096, got 4097");
  await expect(ask({ maxPixels: 3 })).rejects.toThrow("at most 3 pixels");
  const withRecipe = (recipe: object) => ask({ recipe: { name: "corrected", ...recipe } });
  await expect(withRecipe({ name: "mine" })).rejects.toThrow(
    "recipe.name must be one of as-published, corrected",
  );
  await expect(withRecipe({ name: "as-published", route: "x" })).rejects.toThrow(
    "recipe.route must be one of",
  );
  await expect(withRecipe({ fit: "stretch" })).rejects.toThrow(
    "recipe.fit must be one of fill, letterbox, crop",
  );
  await expect(withRecipe({ filter: "bilinear" })).rejects.toThrow(
    "recipe.filter must be one of nearest, box",
  );
  await expect(withRecipe({ clip: [5, 5] })).rejects.toThrow(
    "recipe.clip must be two ascending percentiles from 0 to 100, got 5, 5",
  );
  await expect(withRecipe({ clip: [5, 101] })).rejects.toThrow("recipe.clip");
  await expect(withRecipe({ clahe: { clipLimit: 0 } })).rejects.toThrow(
    "recipe.clahe.clipLimit must be a number above 0",
  );
  await expect(withRecipe({ clahe: { tiles: 65 } })).rejects.toThrow("recipe.clahe.tiles must be at most 64");
});
