import { requireInteger } from "./_check.js";
import type { BatchSource } from "./BatchSource.js";
import type { TrainableModel } from "./TrainableModel.js";

/** Where the optimiser's moments stand beside the parameters in state and checkpoints. */
export const optimizerPrefix = "optimizer/";

/** Rejects a model that cannot be run. */
export function requireModel(
  caller: string,
  { parameters, imageShape, imageDType = "float32", numClasses }: TrainableModel,
): void {
  if (imageDType !== "float32" && imageDType !== "uint8")
    throw new TypeError(
      `${caller}: model.imageDType must be "float32" or "uint8", got ${String(imageDType)}`,
    );
  requireInteger(caller, "model.numClasses", numClasses, 1);
  if (imageShape.length !== 3)
    throw new RangeError(
      `${caller}: model.imageShape must be [height, width, channels], got [${imageShape}]`,
    );
  for (const [axis, size] of imageShape.entries())
    requireInteger(caller, `model.imageShape[${axis}]`, size, 1);
  requireParameters(caller, parameters);
}

/** Rejects parameters that cannot be trained. */
export function requireParameters(caller: string, parameters: TrainableModel["parameters"]): void {
  if (parameters.size === 0)
    throw new RangeError(`${caller}: model.parameters must not be empty, got 0 entries`);
  for (const [name, { dtype, shape, data }] of parameters) {
    if (dtype !== "float32" || !(data instanceof Float32Array))
      throw new TypeError(`${caller}: parameter ${name} must be float32, got ${dtype}`);
    const size = shape.reduce((product, axis) => product * axis, 1);
    if (data.length !== size)
      throw new RangeError(
        `${caller}: parameter ${name} must hold ${size} numbers for shape [${shape}], got ${data.length}`,
      );
    if (name.startsWith(optimizerPrefix))
      throw new RangeError(`${caller}: parameter ${name} must not begin with "${optimizerPrefix}"`);
  }
}

/** Rejects a source that does not fit the model. */
export function requireSource(
  caller: string,
  subject: string,
  source: BatchSource,
  numClasses: number,
): void {
  requireInteger(caller, `${subject}.numImages`, source.numImages, 1);
  if (source.findings.length !== numClasses)
    throw new RangeError(
      `${caller}: ${subject}.findings must name ${numClasses} findings, one for each of the model's logits, got ${source.findings.length}`,
    );
  const repeated = source.findings.find((finding, i) => source.findings.indexOf(finding) !== i);
  if (repeated !== undefined)
    throw new RangeError(`${caller}: ${subject}.findings must differ from each other, got ${repeated} twice`);
}

/** Rejects logits of another shape than [B, K]. */
export function requireLogits(
  caller: string,
  shape: readonly number[],
  batchSize: number,
  numClasses: number,
): void {
  if (shape.length !== 2 || shape[0] !== batchSize || shape[1] !== numClasses)
    throw new RangeError(
      `${caller}: model.logits must return shape [${batchSize},${numClasses}], got [${shape}]`,
    );
}
