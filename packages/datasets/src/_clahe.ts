import { roundHalfEven } from "./_roundHalfEven.js";

/** Options of contrast-limited adaptive histogram equalisation. */
export interface Clahe {
  /** Largest height of a histogram's bin in multiples of the mean height, above 0. @defaultValue `2` */
  readonly clipLimit?: number;
  /** Number of tiles along each axis, an integer from 1 to 64. @defaultValue `8` */
  readonly tiles?: number;
}

interface Axis {
  /** Tile before and after each pixel. */
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** Share of the tile after. */
  readonly share: Float32Array;
}

/**
 * Equalises the histogram of each tile, its bins cut at a limit, and mixes the tables of the four nearest tiles at each
 * pixel, by OpenCV's rules (`createCLAHE`).
 *
 * @param pixels - Grey bytes, shape `[height, width]`.
 * @see Zuiderveld (1994), Contrast limited adaptive histogram equalization, Graphics Gems IV, 474–485; OpenCV.
 */
export function equalizeTiles(
  pixels: Uint8Array,
  width: number,
  height: number,
  { clipLimit = 2, tiles = 8 }: Clahe,
): Uint8Array {
  const isWhole = width % tiles === 0 && height % tiles === 0;
  const tileWidth = isWhole ? width / tiles : (width + tiles - (width % tiles)) / tiles;
  const tileHeight = isWhole ? height / tiles : (height + tiles - (height % tiles)) / tiles;
  const area = tileWidth * tileHeight;
  const limit = Math.max(1, Math.floor((clipLimit * area) / 256));
  const tables = new Uint8Array(tiles * tiles * 256);
  for (let tile = 0; tile < tiles * tiles; tile++) {
    const counts = new Int32Array(256);
    const [left, top] = [(tile % tiles) * tileWidth, Math.floor(tile / tiles) * tileHeight];
    for (let y = top; y < top + tileHeight; y++) {
      const line = reflected(y, height) * width;
      for (let x = left; x < left + tileWidth; x++) {
        const grey = pixels[line + reflected(x, width)] as number;
        counts[grey] = (counts[grey] as number) + 1;
      }
    }
    spreadExcess(counts, limit);
    fillTable(tables.subarray(tile * 256, (tile + 1) * 256), counts, area);
  }
  const [columns, rows] = [axisOf(width, tileWidth, tiles), axisOf(height, tileHeight, tiles)];
  return mixed(pixels, tables, columns, rows, tiles);
}

/** Index inside the image, mirrored at its end (edge not repeated). */
function reflected(index: number, length: number): number {
  let inside = index;
  while (inside >= length || inside < 0) {
    if (length === 1) return 0;
    inside = inside < 0 ? -inside : 2 * length - 2 - inside;
  }
  return inside;
}

/** Cuts bins at the limit and gives what was cut to all of them, the rest in equal steps from the first. */
function spreadExcess(counts: Int32Array, limit: number): void {
  let excess = 0;
  for (let i = 0; i < 256; i++) {
    excess += Math.max(0, (counts[i] as number) - limit);
    counts[i] = Math.min(counts[i] as number, limit);
  }
  const each = Math.floor(excess / 256);
  let rest = excess - each * 256;
  for (let i = 0; i < 256; i++) counts[i] = (counts[i] as number) + each;
  const step = Math.max(1, Math.floor(256 / Math.max(1, rest)));
  for (let i = 0; i < 256 && rest > 0; i += step, rest--) counts[i] = (counts[i] as number) + 1;
}

function fillTable(table: Uint8Array, counts: Int32Array, area: number): void {
  const scale = Math.fround(255 / area);
  let sum = 0;
  for (let grey = 0; grey < 256; grey++) {
    sum += counts[grey] as number;
    table[grey] = Math.min(255, roundHalfEven(Math.fround(sum * scale)));
  }
}

function axisOf(length: number, tileLength: number, tiles: number): Axis {
  const before = new Int32Array(length);
  const after = new Int32Array(length);
  const share = new Float32Array(length);
  const perPixel = Math.fround(1 / tileLength);
  for (let i = 0; i < length; i++) {
    const position = Math.fround(Math.fround(i * perPixel) - 0.5);
    const tile = Math.floor(position);
    before[i] = Math.max(0, tile);
    after[i] = Math.min(tiles - 1, tile + 1);
    share[i] = position - tile;
  }
  return { before, after, share };
}

/** The tables of the four nearest tiles, mixed in single precision, each step rounded as in OpenCV. */
function mixed(pixels: Uint8Array, tables: Uint8Array, columns: Axis, rows: Axis, tiles: number): Uint8Array {
  const width = columns.share.length;
  const result = new Uint8Array(pixels.length);
  for (let y = 0; y < rows.share.length; y++) {
    const down = rows.share[y] as number;
    const upper = (rows.before[y] as number) * tiles;
    const lower = (rows.after[y] as number) * tiles;
    for (let x = 0; x < width; x++) {
      const grey = pixels[y * width + x] as number;
      const right = columns.share[x] as number;
      const [before, after] = [columns.before[x] as number, columns.after[x] as number];
      const above = mix(
        tables[(upper + before) * 256 + grey] as number,
        tables[(upper + after) * 256 + grey] as number,
        right,
      );
      const below = mix(
        tables[(lower + before) * 256 + grey] as number,
        tables[(lower + after) * 256 + grey] as number,
        right,
      );
      result[y * width + x] = Math.min(255, roundHalfEven(mix(above, below, down)));
    }
  }
  return result;
}

function mix(first: number, second: number, share: number): number {
  return Math.fround(Math.fround(first * Math.fround(1 - share)) + Math.fround(second * share));
}
