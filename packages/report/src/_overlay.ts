import { requireSome, requireText } from "./_check.js";
import type { AttentionExample, AttentionMap } from "./attentionFigure.js";

/** The hue of attention: a vermilion that stands out from grey for every kind of colour vision. */
const hue = [230, 76, 0] as const;

/** Refuses an example whose sizes, values or starts are not what they must be. */
export function checkExample(example: AttentionExample, i: number, first: AttentionExample): void {
  const where = "attentionFigure";
  const { alt, caption, pixels, width, height, maps } = example;
  requireText(where, `alt of example ${i}`, alt);
  requireText(where, `caption of example ${i}`, caption);
  requireRaster(`image of example ${i}`, pixels, width, height);
  requireSome(where, `maps of example ${i}`, maps.length);
  const wanted = first.maps.map(({ start }) => start).join(", ");
  const got = maps.map(({ start }) => start).join(", ");
  if (wanted !== got) {
    throw new RangeError(
      `${where}: starts of example ${i} must be those of the first, ${wanted}, got ${got}`,
    );
  }
  requireRange(`pixels of example ${i}`, pixels, 255);
  for (const map of maps) {
    requireText(where, `start of a map of example ${i}`, map.start);
    requireRaster(`map of ${map.start} of example ${i}`, map.values, map.width, map.height);
    requireRange(`map of ${map.start} of example ${i}`, map.values, Number.MAX_VALUE);
  }
}

function requireRaster(subject: string, values: ArrayLike<number>, width: number, height: number): void {
  for (const size of [width, height]) {
    if (!Number.isInteger(size) || size < 1 || size > 1024) {
      throw new RangeError(
        `attentionFigure: ${subject} must be 1 to 1024 wide and high, got ${width} × ${height}`,
      );
    }
  }
  if (values.length !== width * height) {
    throw new RangeError(
      `attentionFigure: ${subject} must have ${width} × ${height} values, got ${values.length}`,
    );
  }
}

/** NaN is let through: there is no attention there. */
function requireRange(subject: string, values: ArrayLike<number>, high: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < 0 || value > high) {
      throw new RangeError(`attentionFigure: ${subject} must lie in [0, ${high}], got ${value} at ${i}`);
    }
  }
}

/** Grey, with the hue laid over it where there is a map; `top` is the value of the greatest opacity. */
export function overlay(
  { pixels, width, height }: AttentionExample,
  map: AttentionMap | undefined,
  { opacity, top }: { readonly opacity: number; readonly top: number },
): Uint8Array {
  const rgb = new Uint8Array(3 * width * height);
  const at = map && top > 0 ? sampler(map, width, height) : () => 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const grey = Number.isNaN(pixels[i]) ? 0 : (pixels[i] as number);
      const alpha = top > 0 ? opacity * Math.min(1, at(x, y) / top) : 0;
      for (let c = 0; c < 3; c++) rgb[3 * i + c] = Math.round(grey + alpha * ((hue[c] as number) - grey));
    }
  }
  return rgb;
}

/** The map at a pixel of the image, linear between the middles of its cells, held at the border. */
function sampler({ values, width, height }: AttentionMap, imageWidth: number, imageHeight: number) {
  const value = (x: number, y: number) => {
    const one = values[y * width + x] as number;
    return Number.isNaN(one) ? 0 : one;
  };
  const place = (at: number, size: number, imageSize: number) => {
    const exact = Math.min(size - 1, Math.max(0, ((at + 0.5) * size) / imageSize - 0.5));
    const low = Math.floor(exact);
    return { low, high: Math.min(size - 1, low + 1), part: exact - low };
  };
  return (x: number, y: number) => {
    const across = place(x, width, imageWidth);
    const down = place(y, height, imageHeight);
    const line = (row: number) =>
      value(across.low, row) * (1 - across.part) + value(across.high, row) * across.part;
    return line(down.low) * (1 - down.part) + line(down.high) * down.part;
  };
}

/** A grey under the hue, as a style sheet writes it. */
export function tinted(grey: number, opacity: number): string {
  return `rgb(${hue.map((value) => Math.round(grey + opacity * (value - grey))).join(",")})`;
}

/** Where the map is greatest, in words: the ninth of the picture, and its share of the sum. */
export function strongestPlace({ values, width, height }: AttentionMap): string {
  let best = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value > 0 && (best < 0 || value > (values[best] as number))) best = i;
  }
  if (best < 0) return "none anywhere";
  const third = (at: number, size: number) => Math.min(2, Math.floor((3 * (at + 0.5)) / size));
  const across = third(best % width, width);
  const down = third(Math.floor(best / width), height);
  const place =
    across === 1 && down === 1
      ? "in the middle"
      : `at the ${["upper", "middle", "lower"][down]} ${["left", "centre", "right"][across]}`;
  return `strongest ${place} of the picture`;
}
