import type { VitConfig } from "./VitConfig.js";

/** Rows and columns. */
export type Grid = readonly [rows: number, columns: number];

/** One number stands for a square. */
export function toGrid(size: number | Grid): Grid {
  return typeof size === "number" ? [size, size] : size;
}

/** Rows and columns of the grid of patches. */
export function gridOf({ imageSize, patchSize }: VitConfig): Grid {
  const [height, width] = toGrid(imageSize);
  return [height / patchSize, width / patchSize];
}

/** Rows and columns of the stored position table. */
export function storedGridOf(config: VitConfig): Grid {
  return config.storedPositions === undefined ? gridOf(config) : toGrid(config.storedPositions.grid);
}

/** Whether the stored table has another grid than the images. */
export function isResampled(config: VitConfig): boolean {
  const [rows, columns] = gridOf(config);
  const [storedRows, storedColumns] = storedGridOf(config);
  return rows !== storedRows || columns !== storedColumns;
}

/** Number of tokens before the patches: class token and registers. */
export function numPrefixTokens({ numRegisters = 0 }: VitConfig): number {
  return 1 + numRegisters;
}

/** Number of patches. */
export function numPatches(config: VitConfig): number {
  const [rows, columns] = gridOf(config);
  return rows * columns;
}

/** Number of tokens N. */
export function numTokens(config: VitConfig): number {
  return numPrefixTokens(config) + numPatches(config);
}

/** Length of what the head sees. */
export function featureWidth({ pooling, width }: VitConfig): number {
  return pooling === "cls+mean" ? 2 * width : width;
}
