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
  for (let y = 0; y < size; y++) {
    let x65536 = xStart;
    let y65536 = yStart;
    for (let x = 0; x < size; x++) {
      const column = x65536 >> 16;
      const row = y65536 >> 16;
      const inside = column >= 0 && column < size && row >= 0 && row < size;
      target[y * size + x] = inside
        ? (source[row * size + (flip ? size - 1 - column : column)] as number)
        : 0;
      x65536 += xStep;
      y65536 += yStep;
    }
    xStart += xLine;
    yStart += yLine;
  }
}
