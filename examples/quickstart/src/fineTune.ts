import type { ImageStore } from "@cxrkit/datasets";
import { openRuntime } from "@cxrkit/runtime";
import { type BatchSource, type FitResult, fit } from "@cxrkit/training";
import { imageShape, loadParameters, type VitConfig, vit } from "@cxrkit/vit";
import { readTimm, writeSafetensors } from "@cxrkit/weights";

/** What {@link fineTune} is told. */
export interface FineTuneOptions {
  /** Findings to learn, columns of the store. */
  readonly findings: readonly string[];
  /** Checkpoint to start from, of any layout that `@cxrkit/weights` reads. */
  readonly start: string;
  /** Shape of the model: that of the checkpoint, at the size of the store's images. */
  readonly config: VitConfig;
  /** What the start's images were normalised with. */
  readonly normalise: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** Number of passes over the training images. */
  readonly epochs: number;
  /** Images a step. */
  readonly batchSize: number;
  /** File for the fine-tuned weights, safetensors with timm's names. */
  readonly out: string;
}

/** Fine-tunes all parameters of a vision transformer, with a new head, on the images of a store. */
export async function fineTune(store: ImageStore, options: FineTuneOptions): Promise<FitResult> {
  const { findings, batchSize, epochs } = options;
  const config = { ...options.config, numClasses: findings.length };
  // Under timm's names, whatever the file's are; whatever head it has is left behind.
  const start = await readTimm(options.start, { dtype: "float32", except: ["head.*"] });
  const model = {
    parameters: loadParameters(config, start, { except: ["head.*"], seed: 1 }),
    imageShape: imageShape(config),
    numClasses: findings.length,
    logits: (parameters: Parameters<typeof vit>[0], images: Parameters<typeof vit>[1]) =>
      vit(parameters, images, config),
  };
  const data = { train: sourceOf(store, "train", options), validation: sourceOf(store, "valid", options) };
  const runtime = await openRuntime("auto");
  const result = await fit(model, data, { runtime, epochs, batchSize, learningRate: 1e-5 });
  await writeSafetensors(options.out, result.parameters);
  return result;
}

/** Batches of a split: in training shuffled and changed at random; labels that are uncertain teach nothing. */
function sourceOf(
  store: ImageStore,
  split: "train" | "valid",
  { findings, normalise, batchSize }: FineTuneOptions,
): BatchSource {
  const training = split === "train";
  const augment = training ? { flip: true, rotationDegrees: 7 } : undefined;
  const policy = { uncertain: "ignore", missing: "negative" } as const;
  return {
    numImages: store.rows(split).length,
    findings,
    batches: (position) =>
      store.batches({
        split,
        findings,
        policy,
        augment,
        batchSize,
        shuffle: training,
        ...normalise,
        ...position,
      }),
  };
}
