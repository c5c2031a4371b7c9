import type { GreyImage } from "@cxrkit/datasets";

/** Relevance of the patches of a picture, from 0 to 1. */
export interface PatchMap {
  /** `[rows, columns]`, row by row. */
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Longest side on the page, in pixels. */
const longest = 640;

/** Draws a radiograph and, over it, where a finding was seen. */
export function drawPicture(canvas: HTMLCanvasElement, grey: GreyImage, map?: PatchMap): void {
  const scale = Math.min(1, longest / Math.max(grey.width, grey.height));
  canvas.width = Math.max(1, Math.round(grey.width * scale));
  canvas.height = Math.max(1, Math.round(grey.height * scale));
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.imageSmoothingQuality = "high";
  context.drawImage(
    canvasOf(grey.width, grey.height, (i) => greyColour(grey, i)),
    0,
    0,
    canvas.width,
    canvas.height,
  );
  if (map !== undefined) {
    const overlay = canvasOf(map.columns, map.rows, (i) => [255, 120, 0, 170 * (map.values[i] as number)]);
    context.drawImage(overlay, 0, 0, canvas.width, canvas.height);
  }
}

function greyColour({ pixels, maximum }: GreyImage, i: number): readonly number[] {
  const value = maximum === 255 ? (pixels[i] as number) : (pixels[i] as number) / 257;
  return [value, value, value, 255];
}

function canvasOf(
  width: number,
  height: number,
  colour: (i: number) => readonly number[],
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data.set(colour(i), 4 * i);
  context.putImageData(image, 0, 0);
  return canvas;
}
