import { drawParameter } from "./_drawParameter.js";
import type { NamedArray } from "./NamedArray.js";
import { parameterShapes } from "./parameterShapes.js";
import type { VitConfig } from "./VitConfig.js";

/** Options of {@link initialParameters}. */
export interface InitialParametersOptions {
  /**
   * How the head begins: `timm` draws the weights as all others and sets the bias to 0; `pytorch` draws both from
   * U(−1/√n, 1/√n) for n features, as `torch.nn.Linear` does. @defaultValue `"timm"`
   */
  readonly head?: "timm" | "pytorch";
  /** First value of the LayerScale vectors. @defaultValue `1e-5` */
  readonly layerScaleValue?: number;
}

/**
 * Fresh parameters for training from scratch, drawn as timm draws them: linear weights, patch embedding and positions
 * from a normal distribution with standard deviation 0.02, cut off at ±2; class token and registers the same with 1e-6; mask token and biases 0; layer
 * normalisations 1 and 0; the second half of a SwiGLU layer at about 1.
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
 * @example
 * {@includeCode ../example/readme.example.ts}
 */
export function initialParameters(
  config: VitConfig,
  seed: number,
  options: InitialParametersOptions = {},
): ReadonlyMap<string, NamedArray> {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`initialParameters: seed must be an integer of at least 0, got ${seed}`);
  }
  const entries = [...parameterShapes(config)].map(
    ([name, shape]) => [name, drawParameter(config, name, shape, seed, options)] as const,
  );
  return new Map(entries);
}
