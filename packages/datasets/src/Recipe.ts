import type { Clahe } from "./_clahe.js";
import type { ResizeFilter } from "./_resampleTaps.js";

/**
 * The authors' own preparation: stored values (16-bit PNG cut to its high byte) resized by {@link zoomSpline}, stretched
 * from minimum to maximum over 8 bits, inverted if the file is a DICOM one with MONOCHROME1, and equalised by
 * {@link equalizeHistogram}. An image of one value becomes black.
 */
export interface PublishedRecipe {
  /** The recipe's name. */
  readonly name: "as-published";
  /**
   * `direct` to the size asked for, or `via512`: to 512 pixels first, and all steps but the inversion again from there.
   * Which of the two the authors took is not documented. @defaultValue `"direct"`
   */
  readonly route?: "direct" | "via512";
  /** Whether the result of each pass goes through a JPEG file of quality 95, as in all sets but the PNG ones. @defaultValue `false` */
  readonly jpeg?: boolean;
}

/**
 * The repaired preparation: grey values as {@link presentGrey} shows them, cut at percentiles, resized with an
 * antialiasing filter before they are brought to 8 bits.
 */
export interface CorrectedRecipe {
  /** The recipe's name. */
  readonly name: "corrected";
  /**
   * `fill` stretches an image to the square, as the study does; `letterbox` keeps the aspect ratio and fills up with
   * black; `crop` keeps it and takes the square in the middle. @defaultValue `"fill"`
   */
  readonly fit?: "fill" | "letterbox" | "crop";
  /** Filter of the resize, which is Pillow's. @defaultValue `"triangle"` */
  readonly filter?: ResizeFilter;
  /**
   * Percentiles, in per cent of the pixels, that become black and white; values beyond are cut. `"none"` leaves the values
   * as they are. @defaultValue `[0.5, 99.5]` for images of more than 8 bits, `"none"` for others
   */
  readonly clip?: readonly [black: number, white: number] | "none";
  /** Adaptive histogram equalisation of the result. @defaultValue none */
  readonly clahe?: Clahe;
}

/** How an image file becomes a square of grey bytes. */
export type Recipe = PublishedRecipe | CorrectedRecipe;
