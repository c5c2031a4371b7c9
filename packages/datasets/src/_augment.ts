import { type Placement, placeImage } from "./_affine.js";
import { requireBetween } from "./_check.js";
import type { Augmentation } from "./Augmentation.js";

/** Throws unless every part of an augmentation is in its range. */
export function requireAugmentation(where: string, augment: Augmentation): void {
  const { rotationDegrees = 0, shift = 0, scale = 0, brightness = 0, contrast = 0 } = augment;
  requireBetween(where, "augment.rotationDegrees", rotationDegrees, 0, 180);
  requireBetween(where, "augment.shift", shift, 0, 1);
  requireBetween(where, "augment.scale", scale, 0, 0.9);
  requireBetween(where, "augment.brightness", brightness, 0, 1);
  requireBetween(where, "augment.contrast", contrast, 0, 1);
}

/** What was drawn for one image. */
export interface DrawnChange extends Placement {
  /** Number added to grey values of [0, 1]. */
  readonly brightness: number;
  /** Factor on the distance from 0.5. */
  readonly contrast: number;
}

/** Draws a change for one image; always seven numbers, so that no part moves the others. */
export function drawChange(augment: Augmentation, size: number, random: () => number): DrawnChange {
  const { flip = false, rotationDegrees = 0, shift = 0 } = augment;
  const { scale = 0, brightness = 0, contrast = 0 } = augment;
  const around = (extent: number) => (2 * random() - 1) * extent;
  return {
    flip: random() < 0.5 && flip,
    degrees: around(rotationDegrees),
    right: Math.round(around(shift) * size),
    down: Math.round(around(shift) * size),
    scale: 1 + around(scale),
    brightness: around(brightness),
    contrast: 1 + around(contrast),
  };
}

/** Changes an image of `source` into `target`, which has as many bytes. */
export function changeImage(source: Uint8Array, target: Uint8Array, size: number, change: DrawnChange): void {
  const { flip, degrees, right, down, scale, brightness, contrast } = change;
  if (flip || degrees !== 0 || right !== 0 || down !== 0 || scale !== 1)
    placeImage(source, target, size, change);
  else target.set(source);
  if (brightness === 0 && contrast === 1) return;
  const greys = Uint8ClampedArray.from(
    { length: 256 },
    (_, v) => (v - 127.5) * contrast + 127.5 + 255 * brightness,
  );
  for (let i = 0; i < target.length; i++) target[i] = greys[target[i] as number] as number;
}
