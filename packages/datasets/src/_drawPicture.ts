import { type Body, drawBody, drawPose, type Pose } from "./_drawBody.js";
import { type Box, canvasOf, toPixelBox } from "./_drawCanvas.js";
import type { Film } from "./_drawFilm.js";
import { drawFrontal } from "./_drawFrontal.js";
import { drawLateral } from "./_drawLateral.js";
import { signBoxes } from "./_drawSignBoxes.js";
import { type DrawnSign, drawSigns, type Signs } from "./_drawSigns.js";
import { randomStream } from "./_random.js";
import { bodySeeds, type Picture } from "./_syntheticCases.js";

/** A picture's body, pose, signs and size: everything of it but the pixels. */
interface Setting {
  readonly width: number;
  readonly height: number;
  readonly body: Body;
  readonly pose: Pose;
  readonly signs: Signs;
}

/** Views taken from front to back. */
const frontToBack: readonly string[] = ["AP", "AP_horizontal"];

/** Width and height of a picture whose longer side has `imageSize` pixels. */
export function sizeOf({ shape }: Picture, imageSize: number): readonly [width: number, height: number] {
  return shape >= 1
    ? [imageSize, Math.max(8, Math.round(imageSize / shape))]
    : [Math.max(8, Math.round(imageSize * shape)), imageSize];
}

function settingOf(picture: Picture, seed: number, imageSize: number): Setting {
  const seeds = bodySeeds(seed, picture.patient);
  const body = drawBody(picture.female, picture.age, randomStream(...seeds, 0), [...seeds, 1]);
  const pose = drawPose(frontToBack.includes(picture.view), randomStream(...picture.seeds, 0));
  const signs = drawSigns(picture.signs, body, (index) => randomStream(...seeds, 2, index));
  const [width, height] = sizeOf(picture, imageSize);
  return { width, height, body, pose, signs };
}

/** Draws a planned picture. */
export function drawPicture(picture: Picture, seed: number, imageSize: number): Film {
  const { width, height, body, pose, signs } = settingOf(picture, seed, imageSize);
  const draw = picture.isLateral ? drawLateral : drawFrontal;
  return draw(width, height, body, pose, signs, [...picture.seeds, 1]);
}

/** Where the signs of a frontal picture lie, in pixels. */
export function boxesOf(
  picture: Picture,
  seed: number,
  imageSize: number,
): readonly { readonly sign: DrawnSign; readonly box: Box }[] {
  const { width, height, body, pose, signs } = settingOf(picture, seed, imageSize);
  const canvas = canvasOf(width, height, pose);
  return signBoxes(signs, body).map(({ sign, box }) => ({ sign, box: toPixelBox(canvas, box) }));
}
