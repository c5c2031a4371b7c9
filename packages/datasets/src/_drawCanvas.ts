/**
 * A picture's frame on a body. Body coordinates are in units of half the picture's shorter side: x to the viewer's
 * right, y downwards, 0 in the middle of the chest.
 */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Pixels in one unit of the body. */
  readonly scale: number;
  /** Pixel at which the body's middle lies. */
  readonly originX: number;
  readonly originY: number;
  readonly cos: number;
  readonly sin: number;
  /** Work space of {@link stroke}: infinity everywhere between two calls. */
  readonly distances: Float32Array;
  /** Work space of {@link stroke}: the pixels that are not infinity. */
  readonly touched: Int32Array;
}

/** A point of the body. */
export type Point = readonly [x: number, y: number];

/** A rectangle of the body: left, top, right, bottom. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

type WorkSpace = Pick<Canvas, "distances" | "touched">;

/** The last work space. Each stroke leaves it as it found it, so pictures of one size share it. */
let workSpace: WorkSpace | undefined;

function workSpaceOf(numPixels: number): WorkSpace {
  if (workSpace?.touched.length !== numPixels)
    workSpace = {
      distances: new Float32Array(numPixels).fill(Number.POSITIVE_INFINITY),
      touched: new Int32Array(numPixels),
    };
  return workSpace;
}

/** Lays a picture over the body. */
export function canvasOf(
  width: number,
  height: number,
  { rotation, zoom, right, down }: Readonly<Record<"rotation" | "zoom" | "right" | "down", number>>,
): Canvas {
  const half = Math.min(width, height) / 2;
  return {
    width,
    height,
    scale: half * zoom,
    originX: width / 2 + right * half,
    originY: height / 2 + down * half,
    cos: Math.cos(rotation),
    sin: Math.sin(rotation),
    ...workSpaceOf(width * height),
  };
}

/** Where a point of the body lies in the picture, in pixels. */
function toPixel({ scale, originX, originY, cos, sin }: Canvas, x: number, y: number): Point {
  return [originX + scale * (x * cos - y * sin), originY + scale * (x * sin + y * cos)];
}

/** The upright rectangle of whole pixels around a rectangle of the body, inside the picture. */
export function toPixelBox(canvas: Canvas, [left, top, right, bottom]: Box, margin = 0): Box {
  const corners = ([left, right] as const).flatMap((x) => [top, bottom].map((y) => toPixel(canvas, x, y)));
  const columns = corners.map(([column]) => column);
  const rows = corners.map(([, row]) => row);
  return [
    Math.max(0, Math.floor(Math.min(...columns) - margin)),
    Math.max(0, Math.floor(Math.min(...rows) - margin)),
    Math.min(canvas.width, Math.ceil(Math.max(...columns) + margin)),
    Math.min(canvas.height, Math.ceil(Math.max(...rows) + margin)),
  ];
}

/** Adds `value(x, y, pixel)` to each pixel of a layer whose place lies about a box of the body. */
export function paint(
  canvas: Canvas,
  layer: Float32Array,
  box: Box,
  value: (x: number, y: number, at: number) => number,
): void {
  const [left, top, right, bottom] = toPixelBox(canvas, box);
  const { width, scale, originX, originY, cos, sin } = canvas;
  const [stepX, stepY] = [cos / scale, -sin / scale];
  for (let row = top; row < bottom; row++) {
    const [u, v] = [left + 0.5 - originX, row + 0.5 - originY];
    let x = (u * cos + v * sin) / scale;
    let y = (v * cos - u * sin) / scale;
    for (let at = row * width + left; at < row * width + right; at++) {
      layer[at] = (layer[at] as number) + value(x, y, at);
      x += stepX;
      y += stepY;
    }
  }
}

/** Thinnest half width that is drawn as it is, in pixels; what is thinner is drawn so wide and fainter. */
const thinnest = 0.75;

/**
 * Adds a bar along a line of points to a layer.
 *
 * @param radius - Half width of the bar, in units of the body.
 * @param profile - Density at a share of the half width, from 0 (middle) to 1 (edge).
 * @param joined - Whether bars that cross are one (the densest counts) and not two (their densities add up).
 */
export function stroke(
  canvas: Canvas,
  layer: Float32Array,
  points: readonly Point[],
  radius: number,
  profile: (share: number) => number,
  joined = false,
): void {
  const reach = Math.max(thinnest, radius * canvas.scale);
  const strength = Math.min(1, (radius * canvas.scale) / thinnest);
  const { distances, touched } = canvas;
  const pixels = points.map(([x, y]) => toPixel(canvas, x, y));
  let count = 0;
  for (let i = 1; i < pixels.length; i++)
    count = nearSegment(canvas, pixels[i - 1] as Point, pixels[i] as Point, reach, count);
  for (let i = 0; i < count; i++) {
    const at = touched[i] as number;
    const share = Math.sqrt(distances[at] as number) / reach;
    const [before, density] = [layer[at] as number, strength * profile(share)];
    layer[at] = joined ? Math.max(before, density) : before + density;
    distances[at] = Number.POSITIVE_INFINITY;
  }
}

/** Notes the squared distance of each pixel near a segment, and after the `count` ones before, the pixels that were far. */
function nearSegment(
  { width, height, distances, touched }: Canvas,
  [x0, y0]: Point,
  [x1, y1]: Point,
  reach: number,
  count: number,
): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const lengthSquared = dx * dx + dy * dy || 1;
  const bottom = Math.min(height - 1, Math.floor(Math.max(y0, y1) + reach));
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach - 0.5));
  const right = Math.min(width - 1, Math.floor(Math.max(x0, x1) + reach));
  let numTouched = count;
  for (let row = Math.max(0, Math.ceil(Math.min(y0, y1) - reach - 0.5)); row <= bottom; row++) {
    const v = row + 0.5 - y0;
    for (let column = left; column <= right; column++) {
      const u = column + 0.5 - x0;
      const place = (u * dx + v * dy) / lengthSquared;
      const along = Math.min(1, Math.max(0, place));
      const [across, down] = [u - along * dx, v - along * dy];
      const squared = across * across + down * down;
      if (squared >= reach * reach) continue;
      const at = row * width + column;
      const before = distances[at] as number;
      if (before === Number.POSITIVE_INFINITY) touched[numTouched++] = at;
      if (squared < before) distances[at] = squared;
    }
  }
  return numTouched;
}

/** Points of a quadratic curve from `from` to `to`, pulled towards `control`. */
export function curve(from: Point, control: Point, to: Point, steps: number): Point[] {
  return Array.from({ length: steps + 1 }, (_, i): Point => {
    const t = i / steps;
    const [a, b, c] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
    return [a * from[0] + b * control[0] + c * to[0], a * from[1] + b * control[1] + c * to[1]];
  });
}
