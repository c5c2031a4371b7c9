import type { CompiledStep } from "@cxrkit/runtime";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { RecordBatch, Schema } from "apache-arrow";
import { forwardBatches } from "./_evaluate.js";
import { gathered } from "./_gathered.js";
import { featuresBatch, featuresSchema } from "./_predictionsTable.js";
import { requireModel, requireSource } from "./_requireModel.js";
import { requirePredictOptions } from "./_requirePredictOptions.js";
import { withProgress } from "./_withProgress.js";
import type { BatchSource } from "./BatchSource.js";
import type { FeatureModel } from "./FeatureModel.js";
import type { PredictFeaturesOptions } from "./PredictOptions.js";

/** Features in pieces; the schema is known with the first of them. */
export interface FeaturePiece {
  readonly schema: Schema;
  readonly batch: RecordBatch;
}

/** Checks what {@link predictFeatures} is given and works out features in pieces of `rows` images. */
export function featureBatches(
  caller: string,
  model: FeatureModel,
  source: BatchSource,
  options: PredictFeaturesOptions,
  rows: number,
): AsyncIterable<FeaturePiece> {
  requireModel(caller, { ...model, numClasses: source.findings.length, logits: model.features });
  requireSource(caller, "source", source, source.findings.length);
  requirePredictOptions(caller, options);
  return pieces(caller, model, source, options, rows);
}

async function* pieces(
  caller: string,
  model: FeatureModel,
  source: BatchSource,
  { runtime, batchSize, signal, onProgress, metadata = {} }: PredictFeaturesOptions,
  rows: number,
): AsyncGenerator<FeaturePiece> {
  const step: CompiledStep = await runtime.compile({
    state: model.parameters,
    inputs: {
      images: { shape: [batchSize, ...model.imageShape], dtype: model.imageDType ?? "float32" },
    },
    step: (parameters, { images }) => {
      const features = model.features(parameters, images as Tensor4D);
      requireMatrix(caller, features.shape, batchSize);
      return { outputs: { features } };
    },
  });
  try {
    let schema: Schema | undefined;
    const expectation = { subject: `${caller}: source`, model, batchSize, signal };
    const passes = forwardBatches(step, "features", source, expectation);
    for await (const batch of gathered(withProgress(passes, source, onProgress), rows)) {
      schema ??= featuresSchema(source.findings, batch.values.length / batch.imageIds.length, metadata);
      yield { schema, batch: featuresBatch(schema, { ...batch, features: batch.values }) };
    }
  } finally {
    step.dispose();
  }
}

function requireMatrix(caller: string, shape: readonly number[], batchSize: number): void {
  if (shape.length !== 2 || shape[0] !== batchSize)
    throw new RangeError(`${caller}: model.features must return shape [${batchSize}, D], got [${shape}]`);
}
