/** A change of place: flip first, then scale and rotation about the centre, then a shift by whole pixels. */
export interface Placement {
  /** Whether left and right change places. */
  readonly flip: boolean;
  /** Rotation in degrees, counter-clockwise. */
  readonly degrees: number;
  /** Magnification, 1 for none. */
  readonly scale: number;
  /** Shift to the right in pixels, an integer. */
  readonly right: number;
  /** Shift downwards in pixels, an integer. */
  readonly down: number;
}

/** Steps of 1/65536 pixel, the grid on which Pillow computes source coordinates. */
const fixed = (value: number) => Math.floor(value * 65536 + 0.5);
const round15 = (value: number) => Number(value.toFixed(15));

/**
 * Moves a square image, nearest neighbour, black where nothing comes from. For a pure rotation every byte is that of
 * Pillow's `Image.rotate(degrees, NEAREST)`, which torchvision's `RandomRotation` calls with its default arguments.
 *
 * @param source - Grey bytes, shape `[size, size]`.
 * @param target - Where the result goes, shape `[size, size]`.
 */
export function placeImage(source: Uint8Array, target: Uint8Array, size: number, placement: Placement): void {
  const { flip, degrees, scale, right, down } = placement;
  const angle = (-(((degrees % 360) + 360) % 360) * Math.PI) / 180;
  const cos = round15(Math.cos(angle)) / scale;
  const sin = round15(Math.sin(angle)) / scale;
  const centre = size / 2;
  const left = -cos * centre - sin * centre + centre;
  const top = sin * centre - cos * centre + centre;
  const [xStep, yStep] = [fixed(cos), fixed(-sin)];
  const [xLine, yLine] = [fixed(sin), fixed(cos)];
  let xStart = fixed(left + cos * 0.5 + sin * 0.5) - right * xStep - down * xLine;
  let yStart = fixed(top - sin * 0.5 + cos * 0.5) - right * yStep - down * yLine;
  const end = size * 65536;
  const from = new DataView(source.buffer, source.byteOffset, size * size);
  const to = new DataView(target.buffer, target.byteOffset, size * size);
  target.fill(0);
  for (let first = 0; first < size * size; first += size) {
    const [x0, x1] = inside(xStart, xStep, end, size);
    const [y0, y1] = inside(yStart, yStep, end, size);
    const begin = Math.max(x0, y0);
    const stop = Math.max(begin, Math.min(x1, y1));
    const x = flip ? end - 1 - xStart - begin * xStep : xStart + begin * xStep;
    const y = yStart + begin * yStep;
    copyLine(from, to, first + begin, first + stop, x | 0, y | 0, flip ? -xStep : xStep, yStep, size);
    xStart += xLine;
    yStart += yLine;
  }
}

/**
 * Copies to a stretch of a line from positions in steps of 1/65536 pixel, all of them inside; 32-bit integers throughout.
 * Where eight pixels come from eight that lie side by side, which small rotations make the rule, they are copied as two
 * words, mirrored ones by reading a word from its other end.
 */
function copyLine(
  from: DataView,
  to: DataView,
  begin: number,
  end: number,
  x: number,
  y: number,
  xStep: number,
  yStep: number,
  size: number,
): void {
  const last = xStep < 0 ? -7 : 7;
  const [x7, y7] = [7 * xStep, 7 * yStep];
  let [x65536, y65536, at] = [x, y, begin];
  for (; at + 8 <= end; at += 8) {
    const row = y65536 >> 16;
    const column = x65536 >> 16;
    if (((x65536 + x7) >> 16) - column === last && (y65536 + y7) >> 16 === row) {
      const first = (Math.imul(row, size) + column) | 0;
      if (last === 7) {
        to.setInt32(at, from.getInt32(first));
        to.setInt32(at + 4, from.getInt32(first + 4));
      } else {
        to.setInt32(at, from.getInt32(first - 3), true);
        to.setInt32(at + 4, from.getInt32(first - 7), true);
      }
      x65536 = (x65536 + x7 + xStep) | 0;
      y65536 = (y65536 + y7 + yStep) | 0;
    } else
      for (let i = at; i < at + 8; i++) {
        to.setUint8(i, from.getUint8((Math.imul(y65536 >> 16, size) + (x65536 >> 16)) | 0));
        x65536 = (x65536 + xStep) | 0;
        y65536 = (y65536 + yStep) | 0;
      }
  }
  for (; at < end; at++) {
    to.setUint8(at, from.getUint8((Math.imul(y65536 >> 16, size) + (x65536 >> 16)) | 0));
    x65536 = (x65536 + xStep) | 0;
    y65536 = (y65536 + yStep) | 0;
  }
}

/** The first index i of `size` with 0 ≤ start + i · step < end, and the one after the last. */
function inside(start: number, step: number, end: number, size: number): readonly [number, number] {
  if (step === 0) return start >= 0 && start < end ? [0, size] : [0, 0];
  const [toZero, toEnd] = [-start / step, (end - 1 - start) / step];
  const first = Math.max(0, Math.ceil(Math.min(toZero, toEnd)));
  return [Math.min(first, size), Math.min(size, Math.floor(Math.max(toZero, toEnd)) + 1)];
}
