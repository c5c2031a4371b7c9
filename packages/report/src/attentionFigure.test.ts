import { readFileSync } from "node:fs";
import sharp from "sharp";
import { expect, test } from "vitest";
import { readMarkup, textOf } from "../test/readMarkup.js";
import { overlay, strongestPlace } from "./_overlay.js";
import { type AttentionExample, attentionFigure } from "./index.js";

interface Fixture {
  readonly cases: readonly {
    readonly input: { readonly values: number[]; readonly width: number; readonly height: number };
    readonly image: { readonly width: number; readonly height: number };
    readonly expected: number[];
  }[];
}

const path = new URL("../fixtures/opencv/resizedMap.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(path, "utf8")) as Fixture;

test.each(cases)(
  "a map of $input.width × $input.height is interpolated as OpenCV does",
  ({ input, image, expected }) => {
    const pixels = new Uint8Array(expected.length);
    const map = { start: "a", ...input };
    const rgb = overlay({ caption: "c", alt: "a", pixels, ...image, maps: [map] }, map, {
      opacity: 1,
      top: 1,
    });
    const red = Array.from(expected, (_, i) => rgb[3 * i]);
    expect(red).toEqual(expected.map((value) => Math.round(230 * value)));
  },
);

const example = (changes: Partial<AttentionExample> = {}): AttentionExample => ({
  caption: "Test image 1",
  alt: "Frontal chest radiograph",
  pixels: Uint8Array.of(0, 80, 160, 255, 40, 120),
  width: 3,
  height: 2,
  maps: [
    { start: "DINOv2", values: [0, 0, 0, 2], width: 2, height: 2 },
    { start: "ImageNet", values: [Number.NaN, 0, 0, 0], width: 2, height: 2, caption: "Score 0.31" },
  ],
  ...changes,
});

test("the images are PNG files that another program reads: the grey as it was, and a map that is nothing too", async () => {
  const { html, files } = await attentionFigure([example()], { title: "t" });
  expect(files?.map(({ name }) => name)).toEqual([
    "example-1-image.png",
    "example-1-map-1.png",
    "example-1-map-2.png",
  ]);
  const decoded = await Promise.all(
    (files ?? []).map(({ content }) =>
      sharp(content as Uint8Array)
        .raw()
        .toBuffer({ resolveWithObject: true }),
    ),
  );
  const grey = Array.from(example().pixels).flatMap((value) => [value, value, value]);
  expect(decoded[0]?.info).toMatchObject({ width: 3, height: 2, channels: 3 });
  expect([...(decoded[0]?.data ?? [])]).toEqual(grey);
  expect([...(decoded[2]?.data ?? [])]).toEqual(grey);
  expect([...(decoded[1]?.data ?? [])]).not.toEqual(grey);
  expect(html.match(/data:image\/png;base64,/g)).toHaveLength(3);
});

test("a large image is the same after it was written", async () => {
  const [width, height] = [640, 480];
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => (i * 7919) % 251);
  const { files } = await attentionFigure([example({ pixels, width, height })], { title: "t" });
  const { data } = await sharp(files?.[0]?.content as Uint8Array)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(Buffer.from(data.filter((_, i) => i % 3 === 0)).equals(pixels)).toBe(true);
});

test("the text of each image says where the attention is strongest, or that there is none", async () => {
  const { html } = await attentionFigure([example()], { title: "t" });
  expect(html).toContain(
    'alt="Frontal chest radiograph. Attention of DINOv2: strongest at the lower right of the picture"',
  );
  expect(html).toContain('alt="Frontal chest radiograph. Attention of ImageNet: none anywhere"');
  expect(textOf(html)).toContain("ImageNet Score 0.31");
});

test.each([
  [0, "strongest at the upper left of the picture"],
  [4, "strongest in the middle of the picture"],
  [5, "strongest at the middle right of the picture"],
  [7, "strongest at the lower centre of the picture"],
])("the greatest of nine cells at %i is %s", (at, words) => {
  const values = Array.from({ length: 9 }, (_, i) => (i === at ? 1 : 0));
  expect(strongestPlace({ start: "a", values, width: 3, height: 3 })).toBe(words);
});

test("starts can be compared where they share a scale", async () => {
  const maps = [1, 4].map((value, i) => ({ start: `s${i}`, values: [value], width: 1, height: 1 }));
  const image = { pixels: Uint8Array.of(0), width: 1, height: 1, maps };
  const red = async (scale: "map" | "example") => {
    const { files } = await attentionFigure([example(image)], { title: "t", opacity: 1, scale });
    const drawn = (files ?? []).slice(1).map(({ content }) =>
      sharp(content as Uint8Array)
        .raw()
        .toBuffer(),
    );
    return (await Promise.all(drawn)).map((data) => data[0]);
  };
  expect(await red("map")).toEqual([230, 230]);
  expect(await red("example")).toEqual([58, 230]);
});

test("no text makes a tag or an attribute", async () => {
  const draw = async (text: string) => {
    const maps = [{ start: `s${text}`, values: [1], width: 1, height: 1, caption: text }];
    const { html } = await attentionFigure([example({ caption: `c${text}`, alt: `a${text}`, maps })], {
      title: `t${text}`,
    });
    return readMarkup(html);
  };
  expect(await draw('"><script>x</script>')).toEqual(await draw("x"));
});

const map = { start: "a", values: [1], width: 1, height: 1 };

test.each<[string, Partial<AttentionExample>, object, string]>([
  ["a blank text", { alt: " " }, {}, 'attentionFigure: alt of example 0 must not be blank, got " "'],
  ["no map", { maps: [] }, {}, "maps of example 0 must have at least one entry, got 0"],
  ["pixels of another size", { width: 4 }, {}, "image of example 0 must have 4 × 2 values, got 6"],
  [
    "an image too large",
    { width: 1025 },
    {},
    "image of example 0 must be 1 to 1024 wide and high, got 1025 × 2",
  ],
  [
    "a pixel above 255",
    { pixels: [0, 0, 0, 0, 0, 256] },
    {},
    "pixels of example 0 must lie in [0, 255], got 256 at 5",
  ],
  ["negative attention", { maps: [{ ...map, values: [-1] }] }, {}, "map of a of example 0 must lie in [0, "],
  [
    "a map of another size",
    { maps: [{ ...map, height: 2 }] },
    {},
    "map of a of example 0 must have 1 × 2 values, got 1",
  ],
  ["an opacity of 0", {}, { opacity: 0 }, "opacity must lie in"],
  ["too many bytes", {}, { maxBytes: 80 }, "images must have at most 80 bytes together, got"],
])("attentionFigure refuses %s", async (_, changes, options, message) => {
  await expect(attentionFigure([example(changes)], { title: "t", ...options })).rejects.toThrow(message);
});

test("attentionFigure refuses examples of other starts", async () => {
  await expect(attentionFigure([example(), example({ maps: [map] })], { title: "t" })).rejects.toThrow(
    "attentionFigure: starts of example 1 must be those of the first, DINOv2, ImageNet, got a",
  );
});
