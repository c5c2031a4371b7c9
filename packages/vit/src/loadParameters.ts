import { type InitialParametersOptions, initialParameters } from "./initialParameters.js";
import type { NamedArray } from "./NamedArray.js";
import { parameterShapes } from "./parameterShapes.js";
import type { VitConfig } from "./VitConfig.js";

/** An array as a checkpoint gives it. */
export interface CheckpointArray {
  /** Element type; `float32` is what fits. */
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
 * @example {@includeCode ../example/parameters.example.ts#load}
 */
export function loadParameters(
  config: VitConfig,
  arrays: ReadonlyMap<string, CheckpointArray>,
  { except = [], seed, ...initial }: LoadParametersOptions = {},
): ReadonlyMap<string, NamedArray> {
  const shapes = parameterShapes(config);
  const patterns = except.map(toRegExp);
  const isExcepted = (name: string) => patterns.some((pattern) => pattern.test(name));
  const problems: string[] = [];
  for (const [name, shape] of shapes) {
    if (isExcepted(name)) continue;
    const array = arrays.get(name);
    if (array === undefined) problems.push(`missing ${name} [${shape.join(", ")}]`);
    else if (array.shape.join() !== shape.join()) {
      problems.push(`${name} has shape [${array.shape.join(", ")}], wanted [${shape.join(", ")}]`);
    } else if (!(array.data instanceof Float32Array))
      problems.push(`${name} is ${array.dtype}, wanted float32`);
  }
  for (const name of arrays.keys())
    if (!shapes.has(name) && !isExcepted(name)) problems.push(`unexpected ${name}`);
  if (problems.length > 0) {
    throw new RangeError(
      `loadParameters: checkpoint must fit the model or be excepted by name, got ${problems.length} misfits: ${problems.join("; ")}`,
    );
  }
  const isFresh = [...shapes.keys()].some(isExcepted);
  if (isFresh && seed === undefined) {
    throw new RangeError(
      "loadParameters: seed must be given when a parameter of the model is excepted, got none",
    );
  }
  const fresh = isFresh ? initialParameters(config, seed as number, initial) : new Map<string, NamedArray>();
  const parameters = new Map<string, NamedArray>();
  for (const [name, shape] of shapes) {
    const data = arrays.get(name)?.data as Float32Array;
    parameters.set(
      name,
      isExcepted(name) ? (fresh.get(name) as NamedArray) : { dtype: "float32", shape, data },
    );
  }
  return parameters;
}

function toRegExp(pattern: string): RegExp {
  const literal = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`);
}
