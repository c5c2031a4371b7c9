import { equalizeHistogram, prepareImage, zoomSpline } from "@cxrkit/datasets";

// A PNG of two grey pixels, 16 bit each; `await readFile("image.png")` in earnest.
const bytes = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR4nGNgfvH/PwAFxgLqb6taOAAAAABJRU5ErkJggg==",
  "base64",
);
export const corrected = await prepareImage(bytes, { size: 4 }); // [4, 4] grey bytes
export const published = await prepareImage(bytes, { size: 4, recipe: { name: "as-published" } });

// The two steps of the authors' recipe that others do differently, each alone.
const line = { width: 2, height: 1, pixels: Uint8Array.of(0, 200) };
export const zoomed = zoomSpline(line, 4, 1); // [1, 4]
export const equalised = equalizeHistogram(zoomed);
