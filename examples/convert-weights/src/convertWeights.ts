import { parameterShapes, type VitConfig } from "@cxrkit/vit";
import {
  type ConversionReport,
  type ConvertedCheckpoint,
  conversionReport,
  openCheckpoint,
  type TensorSource,
  toFloat32,
  toTimm,
  writeSafetensors,
} from "@cxrkit/weights";

/** What {@link convertWeights} found. */
export interface ParityReport {
  /** Of each tensor where it comes from, what was done, and the hash of what was written. */
  readonly conversion: ConversionReport;
  /** How far a tensor of the written file is at most from the original, in the order of the forward pass. */
  readonly largestErrors: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly largestError: number;
  }[];
  /** Parameters of the model that the checkpoint lacks or has in another shape. */
  readonly missing: readonly string[];
  /** Tensors of the checkpoint that the model has no use for. */
  readonly unexpected: readonly string[];
}

/**
 * Writes a checkpoint of any layout as float32 under timm's names, reads the result back and compares it with the
 * original element by element; and says what a vision transformer would miss in it.
 *
 * @throws WeightFormatError if the file is damaged, or is not a whole vision transformer of a known layout.
 */
export async function convertWeights(from: string, to: string, config: VitConfig): Promise<ParityReport> {
  const source = await openCheckpoint(from);
  try {
    const converted = toTimm(source, { dtype: "float32" });
    await writeSafetensors(to, converted, { "cxrkit.layout": "timm" });
    const written = await openCheckpoint(to);
    try {
      const conversion = await conversionReport(converted, { written });
      const largestErrors = await largestErrorsOf(toTimm(source), written);
      return { conversion, largestErrors, ...fitOf(written, config) };
    } finally {
      await written.close();
    }
  } finally {
    await source.close();
  }
}

async function largestErrorsOf(original: ConvertedCheckpoint, written: TensorSource) {
  const lines = [];
  for (const name of original.names) {
    const array = await original.get(name);
    const expected = array.data instanceof Float64Array ? array.data : toFloat32(array);
    const { data } = await written.get(name);
    let largestError = 0;
    for (let i = 0; i < expected.length; i++) {
      largestError = Math.max(largestError, Math.abs(Number(data[i]) - (expected[i] as number)));
    }
    lines.push({ name, dtype: array.dtype, largestError });
  }
  return lines;
}

function fitOf(
  { names, info }: TensorSource,
  config: VitConfig,
): Pick<ParityReport, "missing" | "unexpected"> {
  const shapes = parameterShapes(config);
  const text = (shape: readonly number[]) => `[${shape.join(", ")}]`;
  const missing = [...shapes].flatMap(([name, shape]) => {
    if (!names.includes(name)) return [`${name} ${text(shape)}`];
    const got = info(name).shape;
    return got.join() === shape.join() ? [] : [`${name} ${text(shape)}, there it is ${text(got)}`];
  });
  return { missing, unexpected: names.filter((name) => !shapes.has(name)) };
}
