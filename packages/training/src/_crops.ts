import { blurGrey } from "./_blurGrey.js";
import { requireInteger, requirePositive } from "./_check.js";
import type { BatchPlace } from "./_objective.js";
import { randomStream } from "./_random.js";
import { type Box, type CropResizer, createCropResizer } from "./_resizeCrop.js";
import type { Batch } from "./BatchSource.js";
import type { CropOptions } from "./CropOptions.js";

/** Crop options with every default filled in. */
export type CropPlan = Required<CropOptions>;

/** Views of the images of a batch, view by view: all first ones, then all second ones, and so on. */
export interface Views {
  /** Large views, `[2·B, G, G]`. */
  readonly globals: Uint8Array;
  /** Small views, `[n·B, L, L]`. */
  readonly locals: Uint8Array;
}

/** Checks crop options and fills in their defaults. */
export function planCrops(caller: string, options: CropOptions): CropPlan {
  const { globalSize } = options;
  requireInteger(caller, "crops.globalSize", globalSize, 1);
  const plan: CropPlan = {
    localSize: Math.max(1, Math.round(globalSize / 2)),
    numLocal: 8,
    globalScale: [0.4, 1],
    localScale: [0.05, 0.4],
    ratio: [3 / 4, 4 / 3],
    flip: true,
    brightness: 0.4,
    contrast: 0.4,
    blur: 0.5,
    blurSigma: [0.1, 2],
    ...options,
  };
  requireInteger(caller, "crops.localSize", plan.localSize, 1);
  requireInteger(caller, "crops.numLocal", plan.numLocal, 0);
  for (const subject of ["globalScale", "localScale", "ratio", "blurSigma"] as const) {
    const [least, most] = plan[subject];
    requirePositive(caller, `crops.${subject}[0]`, least);
    const limit = subject.endsWith("Scale") ? 1 : Number.POSITIVE_INFINITY;
    if (!(most >= least && most <= limit && Number.isFinite(most)))
      throw new RangeError(
        `${caller}: crops.${subject} must rise${limit === 1 ? " and end at 1 at most" : ""}, got [${least}, ${most}]`,
      );
  }
  for (const subject of ["brightness", "contrast", "blur"] as const) {
    const value = plan[subject];
    if (!(value >= 0 && value <= 1))
      throw new RangeError(`${caller}: crops.${subject} must be from 0 to 1, got ${value}`);
  }
  return plan;
}

/**
 * Makes the function that cuts the views of a batch out of grey images `[B, H, W, 1]`. What it draws for an image depends
 * on the seed, the epoch and the image's place in it. A batch that is short is filled up with further views of its images.
 */
export function createCropper(
  plan: CropPlan,
  [height, width]: readonly [height: number, width: number],
  batchSize: number,
  seed: number,
): (batch: Batch, place: BatchPlace) => Views {
  const { globalSize, localSize, numLocal } = plan;
  const kinds = [
    { size: globalSize, count: 2, scale: plan.globalScale, resize: createCropResizer(globalSize) },
    { size: localSize, count: numLocal, scale: plan.localScale, resize: createCropResizer(localSize) },
  ];
  return ({ images, imageIds }, { epoch, batch }) => {
    const targets = kinds.map(({ size, count }) => new Uint8Array(count * batchSize * size * size));
    for (let row = 0; row < batchSize; row++) {
      const random = randomStream(seed, epoch, batch * batchSize + row);
      const at = (row % imageIds.length) * height * width;
      const image = (images as Uint8Array).subarray(at, at + height * width);
      for (const [k, { size, count, scale, resize }] of kinds.entries())
        for (let view = 0; view < count; view++) {
          const first = (view * batchSize + row) * size * size;
          const target = (targets[k] as Uint8Array).subarray(first, first + size * size);
          cutView(plan, { image, width, height }, target, { size, scale, resize, random });
        }
    }
    const [globals, locals] = targets as [Uint8Array, Uint8Array];
    return { globals, locals };
  };
}

interface View {
  readonly size: number;
  readonly scale: readonly [number, number];
  readonly resize: CropResizer;
  readonly random: () => number;
}

function cutView(
  { ratio, flip, brightness, contrast, blur, blurSigma }: CropPlan,
  { image, width, height }: { readonly image: Uint8Array; readonly width: number; readonly height: number },
  target: Uint8Array,
  { size, scale, resize, random }: View,
): void {
  const box = drawBox(width, height, scale, ratio, random);
  // Drawn in any case, so that no option moves the others.
  const [flips, light, spread, blurs, softness] = [random(), random(), random(), random(), random()];
  resize(image, width, box, target, flip && flips < 0.5);
  changeGreys(target, 1 + (2 * light - 1) * brightness, 1 + (2 * spread - 1) * contrast);
  if (blurs < blur) blurGrey(target, size, blurSigma[0] + softness * (blurSigma[1] - blurSigma[0]));
}

/** A rectangle of a share of the area and of a form, as torchvision's `RandomResizedCrop` draws it. */
function drawBox(
  width: number,
  height: number,
  scale: readonly [number, number],
  ratio: readonly [number, number],
  random: () => number,
): Box {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = width * height * (scale[0] + random() * (scale[1] - scale[0]));
    const form = Math.exp(Math.log(ratio[0]) + random() * Math.log(ratio[1] / ratio[0]));
    const [w, h] = [Math.round(Math.sqrt(area * form)), Math.round(Math.sqrt(area / form))];
    if (w < 1 || h < 1 || w > width || h > height) continue;
    const top = Math.floor(random() * (height - h + 1));
    return { left: Math.floor(random() * (width - w + 1)), top, width: w, height: h };
  }
  const form = Math.min(Math.max(width / height, ratio[0]), ratio[1]);
  const w = Math.max(1, Math.min(width, Math.round(height * form)));
  const h = Math.max(1, Math.min(height, Math.round(width / form)));
  return { left: (width - w) >> 1, top: (height - h) >> 1, width: w, height: h };
}

/** v ← b·(m + c·(v − m)) with the mean m of the view. */
function changeGreys(pixels: Uint8Array, brightness: number, contrast: number): void {
  if (brightness === 1 && contrast === 1) return;
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += pixels[i] as number;
  const mean = sum / pixels.length;
  const greys = Uint8ClampedArray.from(
    { length: 256 },
    (_, v) => brightness * (mean + contrast * (v - mean)),
  );
  for (let i = 0; i < pixels.length; i++) pixels[i] = greys[pixels[i] as number] as number;
}
