import { featureWidth } from "./_grid.js";
import { normalSource, uniformSource } from "./_random.js";
import type { InitialParametersOptions } from "./initialParameters.js";
import type { NamedArray } from "./NamedArray.js";
import type { VitConfig } from "./VitConfig.js";

const weightDeviation = 0.02;
const tokenDeviation = 1e-6;

/** One fresh parameter; it has a random stream of its own, so it is the same whatever else is drawn. */
export function drawParameter(
  config: VitConfig,
  name: string,
  shape: readonly number[],
  seed: number,
  { head = "timm", layerScaleValue = 1e-5 }: InitialParametersOptions,
): NamedArray {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const uniform = uniformSource(seed, name);
  if (name.startsWith("head.") && head === "pytorch")
    fillUniform(data, uniform, 1 / Math.sqrt(featureWidth(config)));
  else if (name === "cls_token" || name === "reg_token") fillNormal(data, uniform, tokenDeviation);
  else if (name === "mask_token") return { dtype: "float32", shape, data };
  else if (name.endsWith(".gamma")) data.fill(layerScaleValue);
  else if (/(^|\.)(fc_)?norm\d?\.weight$/.test(name)) data.fill(1);
  else if (!name.endsWith(".bias")) fillNormal(data, uniform, weightDeviation);
  if (config.mlp === "swiglu" && name.includes(".mlp.fc1.")) openGate(name, data);
  return { dtype: "float32", shape, data };
}

/** timm begins with the second half of a SwiGLU layer at about 1: biases 1, weights 20,000 times smaller. */
function openGate(name: string, data: Float32Array): void {
  const half = data.subarray(data.length / 2);
  if (name.endsWith(".bias")) half.fill(1);
  else
    for (let i = 0; i < half.length; i++) half[i] = (half[i] as number) * (tokenDeviation / weightDeviation);
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
