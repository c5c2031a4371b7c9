import { requireInteger } from "./_check.js";
import { greyTable } from "./_dicomGrey.js";
import type { DecodedImage } from "./decodeImage.js";

/** Options of {@link presentGrey}. */
export interface PresentGreyOptions {
  /**
   * Which of the file's windows to apply, from 0, or `"none"` for the whole range of the image. Without it the file's
   * lookup table is applied if it has one, else its first window, else the whole range.
   */
  readonly window?: number | "none";
}

/** A radiograph as it is looked at: 0 is black. */
export interface GreyImage {
  /** Number of columns. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** Grey values from 0, black, to `maximum`, white; row by row, shape `[height, width]`. */
  readonly pixels: Uint8Array | Uint16Array;
  /** The value of white: 255 for images of up to 8 bits, 65535 for others. */
  readonly maximum: 255 | 65535;
}

/**
 * Grey values of a radiograph as a viewer shows them: rescaled, windowed, and inverted where the smallest value is white.
 *
 * Pixels of the padding value become black and do not count for the range of the image; an image of one value becomes
 * black. What has no DICOM header and is unsigned, of 8 or 16 bits and `MONOCHROME2`, as every PNG and JPEG is, is
 * returned as it is, not copied.
 *
 * @param image - Stored values from {@link decodeImage}.
 * @returns Grey values rounded to the nearest of `[0, maximum]`.
 * @throws RangeError if `window` names a window that the file does not have, or one without width.
 * @see DICOM PS3.3 C.11.1 (modality), C.11.2 (window and lookup table), C.7.5.1.1.2 (padding), C.11.6 (inversion).
 * @example
 * {@includeCode ../example/presentGrey.example.ts}
 */
export function presentGrey(image: DecodedImage, { window }: PresentGreyOptions = {}): GreyImage {
  if (typeof window === "number") requireInteger("presentGrey", "window", window, 0);
  const { width, height, bitsStored, signed, pixels, dicom, photometricInterpretation } = image;
  const isPlain = dicom === undefined && photometricInterpretation === "MONOCHROME2";
  if (isPlain && !(pixels instanceof Int16Array) && bitsStored === 8 * pixels.BYTES_PER_ELEMENT)
    return { width, height, pixels, maximum: bitsStored === 8 ? 255 : 65535 };
  const { table, maximum } = greyTable(image, window);
  const grey = maximum === 255 ? new Uint8Array(pixels.length) : new Uint16Array(pixels.length);
  if (signed) {
    const offset = table.length / 2;
    for (let i = 0; i < grey.length; i++) grey[i] = table[(pixels[i] as number) + offset] as number;
  } else for (let i = 0; i < grey.length; i++) grey[i] = table[pixels[i] as number] as number;
  return { width, height, pixels: grey, maximum };
}
