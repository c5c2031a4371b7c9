import { randomStream } from "./_random.js";

/** Cells of the random grids over the longer side, coarse to fine. */
const cells = [7, 15, 34] as const;

/**
 * Smooth random texture of mean 0, shape `[height, width]`: random grids of three widths, interpolated linearly, the
 * finer the weaker.
 */
export function cloudsOf(width: number, height: number, seeds: readonly number[]): Float32Array {
  const clouds = new Float32Array(width * height);
  cells.forEach((numCells, octave) => {
    addGrid(clouds, width, height, numCells, 1 / (octave + 1), randomStream(...seeds, octave));
  });
  return clouds;
}

function addGrid(
  clouds: Float32Array,
  width: number,
  height: number,
  numCells: number,
  weight: number,
  random: () => number,
): void {
  const step = numCells / Math.max(width, height);
  const side = numCells + 2;
  const grid = Float32Array.from({ length: side * side }, () => weight * (2 * random() - 1));
  const line = new Float32Array(side);
  for (let row = 0; row < height; row++) {
    const top = Math.floor(row * step);
    const share = row * step - top;
    for (let cell = 0; cell < side; cell++) {
      const upper = grid[top * side + cell] as number;
      line[cell] = upper + share * ((grid[(top + 1) * side + cell] as number) - upper);
    }
    let place = 0;
    for (let at = row * width; at < (row + 1) * width; at++) {
      const cell = place | 0;
      const left = line[cell] as number;
      clouds[at] = (clouds[at] as number) + left + (place - cell) * ((line[cell + 1] as number) - left);
      place += step;
    }
  }
}
