import { decodeImage } from "@cxrkit/datasets";

// A PNG of two grey pixels, 16 bit each; `await readFile("image.png")` in earnest.
const bytes = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR4nGNgfvH/PwAFxgLqb6taOAAAAABJRU5ErkJggg==",
  "base64",
);
export const { width, height, bitsStored, pixels } = await decodeImage(bytes);
