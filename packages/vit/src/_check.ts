import { toGrid } from "./_grid.js";
import type { VitConfig } from "./VitConfig.js";

const conventions: readonly unknown[] = ["dinov2", "timm", "huggingface"];
const poolings: readonly unknown[] = ["cls", "mean", "cls+mean"];
const mlps: readonly unknown[] = ["gelu", "swiglu"];

/** Refuses what is not a whole number of at least `least`. */
export function requireInteger(where: string, subject: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new RangeError(
      `${where}: ${subject} must be an integer of at least ${least}, got ${String(value)}`,
    );
}

/** Refuses a number that is not above 0. */
export function requirePositive(where: string, subject: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new RangeError(`${where}: ${subject} must be above 0 and finite, got ${value}`);
}

/** Refuses a convention of resampling that has no name here. */
export function requireConvention(where: string, subject: string, convention: unknown): void {
  requireOneOf(where, subject, convention, conventions);
}

/** Refuses a configuration that describes no network. */
export function requireConfig(where: string, config: VitConfig): void {
  const counts = ["patchSize", "channels", "width", "depth", "numHeads", "mlpDim", "numClasses"] as const;
  for (const name of counts) requireInteger(where, `config.${name}`, config[name], 1);
  requireInteger(where, "config.numRegisters", config.numRegisters ?? 0, 0);
  requireImageSize(where, config);
  const { width, numHeads, pooling, mlp = "gelu", fcNorm = false, storedPositions } = config;
  if (width % numHeads !== 0)
    throw new RangeError(`${where}: config.width must be a multiple of numHeads ${numHeads}, got ${width}`);
  requireOneOf(where, "config.pooling", pooling, poolings);
  requireOneOf(where, "config.mlp", mlp, mlps);
  if (fcNorm && pooling !== "mean")
    throw new RangeError(`${where}: config.fcNorm must go with pooling "mean", got pooling "${pooling}"`);
  if (storedPositions === undefined) return;
  requireGrid(where, "config.storedPositions.grid", storedPositions.grid);
  requireConvention(where, "config.storedPositions.convention", storedPositions.convention);
}

/** Refuses what is neither a side nor a pair of rows and columns. */
export function requireGrid(where: string, subject: string, grid: VitConfig["imageSize"]): void {
  if (typeof grid === "number") requireInteger(where, subject, grid, 1);
  else if (grid?.length !== 2)
    throw new RangeError(`${where}: ${subject} must be one number or two, got ${String(grid)}`);
  else for (const [axis, size] of grid.entries()) requireInteger(where, `${subject}[${axis}]`, size, 1);
}

function requireImageSize(where: string, { imageSize, patchSize }: VitConfig): void {
  requireGrid(where, "config.imageSize", imageSize);
  const wrong = toGrid(imageSize).find((size) => size % patchSize !== 0);
  if (wrong !== undefined)
    throw new RangeError(
      `${where}: config.imageSize must be a multiple of patchSize ${patchSize}, got ${wrong}`,
    );
}

function requireOneOf(where: string, subject: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  const names = allowed.map((name) => `"${String(name)}"`);
  throw new RangeError(
    `${where}: ${subject} must be ${names.slice(0, -1).join(", ")} or ${names.at(-1)}, got "${String(value)}"`,
  );
}
