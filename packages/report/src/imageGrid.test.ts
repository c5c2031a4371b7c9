import { expect, test } from "vitest";
import { tinyPng } from "../test/tinyPng.js";
import { imageGrid } from "./index.js";

test("an image is the bytes it was given, with its size", () => {
  const { html } = imageGrid([{ png: tinyPng, caption: "c", alt: "a" }], { title: "t" });
  expect(html).toContain(`src="data:image/png;base64,${Buffer.from(tinyPng).toString("base64")}"`);
  expect(html).toContain('width="1" height="1" alt="a"');
});

test.each<[string, Uint8Array, object, string]>([
  ["no bytes", new Uint8Array(), {}, "imageGrid: image 0 must be a PNG file, got 0 bytes that begin nowhere"],
  [
    "a JPEG file",
    Uint8Array.of(0xff, 0xd8, 0xff, ...tinyPng),
    {},
    "image 0 must be a PNG file, got 70 bytes that begin ff d8 ff 89 50 4e 47 0d",
  ],
  ["a PNG file cut short", tinyPng.subarray(0, 20), {}, "must be a PNG file, got 20 bytes"],
  ["too many bytes", tinyPng, { maxBytes: 66 }, "images must have at most 66 bytes together, got 67"],
])("imageGrid refuses %s", (_, png, options, message) => {
  expect(() => imageGrid([{ png, caption: "c", alt: "a" }], { title: "t", ...options })).toThrow(message);
});

test("imageGrid refuses an image without words for those who do not see it", () => {
  expect(() => imageGrid([{ png: tinyPng, caption: "c", alt: " " }], { title: "t" })).toThrow(
    'imageGrid: alt of image 0 must not be blank, got " "',
  );
});
