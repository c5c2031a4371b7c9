import { base64 } from "./_bytes.js";
import { requireSome, requireText, requireWithin } from "./_check.js";
import { markup } from "./_markup.js";
import type { Html } from "./Html.js";

/** One image of {@link imageGrid}. */
export interface GridImage {
  /** A PNG file. */
  readonly png: Uint8Array;
  /** What stands under the image. */
  readonly caption: string;
  /** What the image shows, for those who do not see it. */
  readonly alt: string;
}

/** Options of {@link imageGrid}. */
export interface ImageGridOptions {
  /** What the images show together. */
  readonly title: string;
  /** Most bytes that all images may have together, before they are written as text. @defaultValue `8388608`, 8 MiB */
  readonly maxBytes?: number;
}

/**
 * Images side by side, each inside the page itself.
 *
 * A report that is handed on hands its images on: put no radiograph in it whose terms of use forbid that.
 *
 * @param images - In the order shown.
 * @param options - Title and bound of size.
 * @returns The images with their captions.
 * @throws RangeError if there is no image, one is not a PNG file by its signature and header, they are too large together,
 *   or the title or a text for those who do not see the image is blank.
 * @see W3C (2003), Portable Network Graphics, sections 5.2 and 11.2.2, for signature and header.
 * @example
 * {@includeCode ../example/report.example.ts#imageGrid}
 */
export function imageGrid(
  images: readonly GridImage[],
  { title, maxBytes = 8 * 1024 * 1024 }: ImageGridOptions,
): Html {
  requireText("imageGrid", "title", title);
  requireSome("imageGrid", "images", images.length);
  requireWithin("imageGrid", "maxBytes", maxBytes, 1, Number.MAX_SAFE_INTEGER);
  const total = images.reduce((sum, { png }) => sum + png.length, 0);
  if (total > maxBytes) {
    throw new RangeError(`imageGrid: images must have at most ${maxBytes} bytes together, got ${total}`);
  }
  const items = images.map(({ png, caption, alt }, i) => {
    requireText("imageGrid", `alt of image ${i}`, alt);
    const { width, height } = sizeOf(png, i);
    return markup`<figure><img src="data:image/png;base64,${base64(png)}" width="${width}" height="${height}" alt="${alt}"><figcaption>${caption}</figcaption></figure>
`;
  });
  const { html } = markup`<figure class="images"><figcaption>${title}</figcaption><div class="tiles">
${items}</div></figure>`;
  return {
    html,
    files: images.map(({ png, caption }, i) => ({
      name: `image-${i + 1}.png`,
      content: png,
      description: caption,
    })),
  };
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];

function sizeOf(png: Uint8Array, i: number): { readonly width: number; readonly height: number } {
  const start = [...png.subarray(0, signature.length)];
  if (png.length < 33 || signature.some((byte, at) => byte !== start[at])) {
    const seen = start.slice(0, 8).map((byte) => byte.toString(16).padStart(2, "0"));
    throw new RangeError(
      `imageGrid: image ${i} must be a PNG file, got ${png.length} bytes that begin ${seen.join(" ") || "nowhere"}`,
    );
  }
  const header = new DataView(png.buffer, png.byteOffset + signature.length, 8);
  return { width: header.getUint32(0), height: header.getUint32(4) };
}
