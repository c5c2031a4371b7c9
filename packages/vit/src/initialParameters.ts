import { normalSource, uniformSource } from "./_random.js";
import type { NamedArray } from "./NamedArray.js";
import { parameterShapes } from "./parameterShapes.js";
import type { VitConfig } from "./VitConfig.js";

/** Options of {@link initialParameters}. */
export interface InitialParametersOptions {
  /**
   * How the head begins: `timm` draws the weights as all others and sets the bias to 0; `pytorch` draws both from
   * U(−1/√D, 1/√D), as `torch.nn.Linear` does. @defaultValue `"timm"`
   */
  readonly head?: "timm" | "pytorch";
  /** First value of the LayerScale vectors. @defaultValue `1e-5` */
  readonly layerScaleValue?: number;
}

const weightDeviation = 0.02;
const clsTokenDeviation = 1e-6;

/**
 * Fresh parameters for training from scratch, drawn as timm draws them: linear weights, patch embedding and positions
 * from a normal distribution with standard deviation 0.02, cut off at ±2; biases 0; layer normalisations 1 and 0.
 *
 * Each parameter has a random stream of its own, so the same seed gives the same numbers for a parameter whatever the
 * others are, on every machine.
 *
 * @param config - Shape of the model.
 * @param seed - Seed, an integer of at least 0.
 * @param options - Head and LayerScale.
 * @returns Parameters by timm's names.
 * @throws RangeError if the configuration describes no network or the seed is no such integer.
 * @see timm, `VisionTransformer.init_weights`; study: head of the DINOv2 start `pytorch`, of the ImageNet start `timm`.
 * @example {@includeCode ../example/readme.example.ts}
 */
export function initialParameters(
  config: VitConfig,
  seed: number,
  { head = "timm", layerScaleValue = 1e-5 }: InitialParametersOptions = {},
): ReadonlyMap<string, NamedArray> {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`initialParameters: seed must be an integer of at least 0, got ${seed}`);
  }
  const parameters = new Map<string, NamedArray>();
  for (const [name, shape] of parameterShapes(config)) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    const uniform = uniformSource(seed, name);
    if (name.startsWith("head.") && head === "pytorch")
      fillUniform(data, uniform, 1 / Math.sqrt(config.width));
    else if (name === "cls_token") fillNormal(data, uniform, clsTokenDeviation);
    else if (name.endsWith(".gamma")) data.fill(layerScaleValue);
    else if (/(^|\.)norm\d?\.weight$/.test(name)) data.fill(1);
    else if (!name.endsWith(".bias")) fillNormal(data, uniform, weightDeviation);
    parameters.set(name, { dtype: "float32", shape, data });
  }
  return parameters;
}

function fillUniform(data: Float32Array, uniform: () => number, bound: number): void {
  for (let i = 0; i < data.length; i++) data[i] = (2 * uniform() - 1) * bound;
}

/** Values beyond ±2, which is 100 standard deviations of the weights, are drawn again. */
function fillNormal(data: Float32Array, uniform: () => number, deviation: number): void {
  const normal = normalSource(uniform);
  for (let i = 0; i < data.length; i++) {
    let value = normal() * deviation;
    while (Math.abs(value) > 2) value = normal() * deviation;
    data[i] = value;
  }
}
