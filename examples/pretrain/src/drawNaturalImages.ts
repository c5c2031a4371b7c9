import { seededRandom } from "@cxrkit/statistics";
import { noise, pictureRules } from "./pictureRules.js";

/** Grey images in memory, with a matrix of labels. */
export interface GreyImages {
  /** Bytes `[n, size, size]`. */
  readonly pixels: Uint8Array;
  /** Side of an image in pixels. */
  readonly size: number;
  /** Labels `[n, K]`: 1, 0, or NaN for unknown. */
  readonly labels: Float32Array;
  /** Names of the K columns of `labels`. */
  readonly findings: readonly string[];
  /** Patient of each image; an image of no patient is its own. */
  readonly patients: readonly string[];
}

/**
 * Draws images with statistics of natural ones: shapes that hide each other, textures, edges, shading. Each follows one of
 * eight rules, and the rule is its class. The same seed gives the same scenes at every size, but for the grain.
 */
export function drawNaturalImages(images: number, size: number, seed: number): GreyImages {
  const findings = Object.keys(pictureRules);
  const pixels = new Uint8Array(images * size * size);
  const labels = new Float32Array(images * findings.length);
  for (let image = 0; image < images; image++) {
    const random = seededRandom(seed * 1_000_003 + image);
    const kind = Math.floor(random() * findings.length);
    labels[image * findings.length + kind] = 1;
    drawScene(
      findings[kind] as string,
      random,
      pixels.subarray(image * size * size, (image + 1) * size * size),
      size,
    );
  }
  const patients = Array.from({ length: images }, (_, image) => `drawing-${image}`);
  return { pixels, size, labels, findings, patients };
}

/** A picture by its rule, seen from somewhere, under some light, with grain. */
function drawScene(kind: string, random: () => number, target: Uint8Array, size: number): void {
  const rule = pictureRules[kind] as (typeof pictureRules)[string];
  const picture = rule(random);
  const light = noise(random, 2, 1);
  const [shade, gain, offset] = [0.7 * random(), 0.5 + random(), 0.3 * (random() - 0.5)];
  const grain = 0.06 * random();
  const [zoom, left, top] = [0.6 + 0.4 * random(), random(), random()];
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const [x, y] = [
        left * (1 - zoom) + (zoom * (column + 0.5)) / size,
        top * (1 - zoom) + (zoom * (row + 0.5)) / size,
      ];
      const lit = picture(x, y) * (1 - shade * light(x, y));
      const grey = 0.5 + gain * (lit - 0.5) + offset + grain * (random() + random() - 1);
      target[row * size + column] = Math.max(0, Math.min(255, Math.round(255 * grey)));
    }
}
