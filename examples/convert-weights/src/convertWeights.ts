import { parameterShapes, type VitConfig } from "@cxrkit/vit";
import { openCheckpoint, toFloat32, writeSafetensors } from "@cxrkit/weights";

/** What {@link convertWeights} found. */
export interface ParityReport {
  /** One line a tensor, in the order of the file: what it was, and how far the written one is from it. */
  readonly tensors: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
    /** Largest distance of a written element, read back, from the original. */
    readonly largestError: number;
  }[];
  /** Parameters of the model that the checkpoint lacks or has in another shape. */
  readonly missing: readonly string[];
  /** Tensors of the checkpoint that the model has no use for. */
  readonly unexpected: readonly string[];
}

/**
 * Writes every floating-point tensor of a safetensors file as float32, reads the result back and compares it with the
 * original element by element; and says what a vision transformer with timm's names would miss in it.
 *
 * @throws WeightFormatError if the file is not safetensors; RangeError if a tensor holds integers.
 */
export async function convertWeights(from: string, to: string, config: VitConfig): Promise<ParityReport> {
  const source = await openCheckpoint(from);
  try {
    const converted = new Map<string, { dtype: "float32"; shape: readonly number[]; data: Float32Array }>();
    for (const name of source.names) {
      const array = await source.get(name);
      converted.set(name, { dtype: "float32", shape: array.shape, data: toFloat32(array) });
    }
    await writeSafetensors(to, converted, { ...source.metadata });
    const written = await openCheckpoint(to);
    try {
      const tensors = [];
      for (const name of source.names) {
        const array = await source.get(name);
        const expected = array.data instanceof Float64Array ? array.data : toFloat32(array);
        const { data } = await written.get(name);
        let largestError = 0;
        for (let i = 0; i < expected.length; i++) {
          largestError = Math.max(largestError, Math.abs(Number(data[i]) - expected[i]!));
        }
        tensors.push({ name, dtype: array.dtype, shape: array.shape, largestError });
      }
      return { tensors, ...fitOf(converted, config) };
    } finally {
      await written.close();
    }
  } finally {
    await source.close();
  }
}

function fitOf(
  arrays: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  config: VitConfig,
): Pick<ParityReport, "missing" | "unexpected"> {
  const shapes = parameterShapes(config);
  const text = (shape: readonly number[]) => `[${shape.join(", ")}]`;
  const missing = [...shapes].flatMap(([name, shape]) => {
    const got = arrays.get(name)?.shape;
    if (got === undefined) return [`${name} ${text(shape)}`];
    return got.join() === shape.join() ? [] : [`${name} ${text(shape)}, there it is ${text(got)}`];
  });
  return { missing, unexpected: [...arrays.keys()].filter((name) => !shapes.has(name)) };
}
