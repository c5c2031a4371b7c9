import { drawParameter } from "./_drawParameter.js";
import { matcher } from "./_pattern.js";
import type { InitialParametersOptions } from "./initialParameters.js";
import type { NamedArray } from "./NamedArray.js";
import { parameterShapes } from "./parameterShapes.js";
import type { VitConfig } from "./VitConfig.js";

/** An array as a checkpoint gives it. */
export interface CheckpointArray {
  /** Element type; `float32` is what fits, others must be converted first. */
  readonly dtype: string;
  /** Size of each axis. */
  readonly shape: readonly number[];
  /** Row-major elements. */
  readonly data: ArrayBufferView;
}

/** Options of {@link loadParameters}. */
export interface LoadParametersOptions extends InitialParametersOptions {
  /**
   * Names that need not fit, `*` standing for any characters, such as `head.*`: those of the model are drawn anew,
   * those of the checkpoint are passed over.
   */
  readonly except?: readonly string[];
  /** Seed of what is drawn anew; needed when `except` covers a parameter of the model. */
  readonly seed?: number;
}

/**
 * Takes a model's parameters from a checkpoint with timm's names, all or none: everything missing, unexpected or of
 * another shape or type is listed in one error.
 *
 * @param config - Shape of the model.
 * @param arrays - The checkpoint's arrays by name.
 * @param options - Which names are excepted.
 * @returns Parameters by name; their data are the checkpoint's, not copies.
 * @throws RangeError that lists all that does not fit and is not excepted.
 * @see big_vision, `merge_params`, for the rule that nothing is passed over in silence.
 * @example
 * {@includeCode ../example/parameters.example.ts#load}
 */
export function loadParameters(
  config: VitConfig,
  arrays: ReadonlyMap<string, CheckpointArray>,
  { except = [], seed, ...initial }: LoadParametersOptions = {},
): ReadonlyMap<string, NamedArray> {
  const shapes = parameterShapes(config);
  const isExcepted = matcher(except);
  requireFit(shapes, arrays, isExcepted);
  const parameters = new Map<string, NamedArray>();
  for (const [name, shape] of shapes) {
    if (!isExcepted(name)) {
      parameters.set(name, { dtype: "float32", shape, data: arrays.get(name)?.data as Float32Array });
      continue;
    }
    if (seed === undefined || !Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(
        `loadParameters: seed must be given when a parameter of the model is excepted, got ${seed ?? "none"}`,
      );
    }
    parameters.set(name, drawParameter(config, name, shape, seed, initial));
  }
  return parameters;
}

function requireFit(
  shapes: ReadonlyMap<string, readonly number[]>,
  arrays: ReadonlyMap<string, CheckpointArray>,
  isExcepted: (name: string) => boolean,
): void {
  const problems: string[] = [];
  for (const [name, shape] of shapes) {
    const problem = isExcepted(name) ? undefined : misfit(name, shape, arrays.get(name));
    if (problem !== undefined) problems.push(problem);
  }
  for (const name of arrays.keys())
    if (!shapes.has(name) && !isExcepted(name)) problems.push(`unexpected ${name}`);
  if (problems.length === 0) return;
  const advice = problems.some((problem) => problem.endsWith("wanted float32"))
    ? "; convert other types first, as toFloat32 of @cxrkit/weights does"
    : "";
  throw new RangeError(
    `loadParameters: checkpoint must fit the model or be excepted by name, got ${problems.length} misfits: ${problems.join("; ")}${advice}`,
  );
}

function misfit(
  name: string,
  shape: readonly number[],
  array: CheckpointArray | undefined,
): string | undefined {
  if (array === undefined) return `missing ${name} [${shape.join(", ")}]`;
  if (array.shape.join() !== shape.join())
    return `${name} has shape [${array.shape.join(", ")}], wanted [${shape.join(", ")}]`;
  if (!(array.data instanceof Float32Array)) return `${name} is ${array.dtype}, wanted float32`;
  const size = shape.reduce((product, axis) => product * axis, 1);
  return array.data.length === size
    ? undefined
    : `${name} holds ${array.data.length} numbers, wanted ${size} for shape [${shape.join(", ")}]`;
}
