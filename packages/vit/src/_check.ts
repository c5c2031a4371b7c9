import type { VitConfig } from "./VitConfig.js";

/** Side of the grid of patches. */
export function gridOf({ imageSize, patchSize }: VitConfig): number {
  return imageSize / patchSize;
}

/** Side of the stored position table. */
export function storedGridOf(config: VitConfig): number {
  return config.storedPositions?.grid ?? gridOf(config);
}

/** Refuses a configuration that describes no network. */
export function requireConfig(where: string, config: VitConfig): void {
  const counts = [
    "imageSize",
    "patchSize",
    "channels",
    "width",
    "depth",
    "numHeads",
    "mlpDim",
    "numClasses",
  ] as const;
  for (const name of counts) {
    const value = config[name];
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${where}: config.${name} must be an integer of at least 1, got ${String(value)}`);
    }
  }
  const { imageSize, patchSize, width, numHeads, pooling, storedPositions } = config;
  if (imageSize % patchSize !== 0) {
    throw new RangeError(
      `${where}: config.imageSize must be a multiple of patchSize ${patchSize}, got ${imageSize}`,
    );
  }
  if (width % numHeads !== 0) {
    throw new RangeError(`${where}: config.width must be a multiple of numHeads ${numHeads}, got ${width}`);
  }
  if (pooling !== "cls" && pooling !== "mean") {
    throw new RangeError(`${where}: config.pooling must be "cls" or "mean", got "${String(pooling)}"`);
  }
  if (storedPositions === undefined) return;
  const { grid, convention } = storedPositions;
  if (!Number.isSafeInteger(grid) || grid < 1) {
    throw new RangeError(
      `${where}: config.storedPositions.grid must be an integer of at least 1, got ${String(grid)}`,
    );
  }
  if (convention !== "dinov2") {
    throw new RangeError(
      `${where}: config.storedPositions.convention must be "dinov2", got "${String(convention)}"`,
    );
  }
}
