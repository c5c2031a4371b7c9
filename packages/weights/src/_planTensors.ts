import type { Transform } from "./_transforms.js";
import type { TensorInfo } from "./Checkpoint.js";
import type { ConversionEntry } from "./ConvertedCheckpoint.js";
import type { TensorSource } from "./TensorSource.js";
import { toFloat32 } from "./toFloat32.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** One tensor to be made. */
export interface Plan {
  readonly target: string;
  readonly sources: readonly string[];
  readonly transform: Transform;
}

interface Planned extends TensorSource {
  readonly entries: readonly ConversionEntry[];
}

const floats = ["float64", "float16", "bfloat16"];

/** Checks every shape and element type at once, and reads nothing. */
export function planTensors(
  caller: string,
  source: TensorSource,
  plans: readonly Plan[],
  wanted: "float32" | undefined,
): Planned {
  const planned = new Map<string, Plan & TensorInfo>();
  const isWidened = (dtype: string) => wanted !== undefined && floats.includes(dtype);
  const entries: ConversionEntry[] = [];
  for (const plan of plans) {
    const { target, sources, transform } = plan;
    const { dtype, shape } = infoOf(caller, source, plan);
    planned.set(target, { ...plan, shape, dtype: isWidened(dtype) ? "float32" : dtype });
    const text = isWidened(dtype) ? `${transform.text}, ${dtype} to float32` : transform.text;
    entries.push({ sources, target, transform: text, shape });
  }
  const find = (name: string, asker: string) => {
    const plan = planned.get(name);
    if (plan !== undefined) return plan;
    throw new WeightFormatError(
      "missing",
      `${asker}: name must be that of a converted tensor, got "${name}"; there are ${planned.size}`,
      { tensor: name },
    );
  };
  return {
    names: [...planned.keys()],
    entries,
    info: (name) => {
      const { dtype, shape } = find(name, "info");
      return { dtype, shape };
    },
    get: async (name) => {
      const { sources, transform, shape } = find(name, "get");
      const arrays = [];
      for (const from of sources) arrays.push(await source.get(from));
      const array = transform.convert(arrays, shape);
      return isWidened(array.dtype) ? { dtype: "float32", shape, data: toFloat32(array) } : array;
    },
  };
}

function infoOf(caller: string, source: TensorSource, { target, sources, transform }: Plan): TensorInfo {
  const infos = sources.map((name) => source.info(name));
  const shapes = infos.map((info) => info.shape);
  const text = sources.map((name) => `"${name}"`).join(", ");
  const shape = transform.shape(shapes);
  if (shape === undefined) {
    throw new WeightFormatError(
      "shape",
      `${caller}: ${text} for "${target}" must have ${transform.wants}, got ${shapes.map((axes) => `[${axes.join(", ")}]`).join(", ")}`,
      { tensor: sources[0] as string },
    );
  }
  const [dtype] = infos.map((info) => info.dtype);
  if (infos.some((info) => info.dtype !== dtype)) {
    throw new WeightFormatError(
      "dtype",
      `${caller}: ${text} for "${target}" must have one dtype, got ${infos.map((info) => info.dtype).join(", ")}`,
      { tensor: sources[0] as string },
    );
  }
  return { shape, dtype: dtype === undefined ? "float32" : (transform.dtype?.(dtype) ?? dtype) };
}
