import { join } from "node:path";
import { openRuntime } from "@cxrkit/runtime";
import { attentionMaps, attentionRollout, classTokenMap, loadParameters } from "@cxrkit/vit";
import { mean, reshape, slice, type Tensor, type Tensor3D, type Tensor4D } from "@tensorflow/tfjs-core";
import { readWeights } from "./readWeights.js";
import type { Study } from "./StudyRecord.js";
import { readTraining, weightsPath } from "./TrainingRecord.js";
import { normalisedImages } from "./trainableVit.js";
import type { Training } from "./trainings.js";

/** Attention over the patches of one image, row by row from the top left. */
export interface PatchAttention {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Attention rollout of a trained model for some images of its size: what the class token, or the mean of the patches,
 * takes from each patch.
 *
 * @param images - Grey bytes of each.
 */
export async function attentionOf(
  { folder, engine }: Study,
  training: Training,
  images: readonly Uint8Array[],
): Promise<PatchAttention[]> {
  if (images.length === 0) return [];
  const { config, normalisation } = await readTraining(folder, training);
  const parameters = loadParameters(config, await readWeights(join(folder, weightsPath(training))));
  const runtime = await openRuntime(engine);
  const size = Math.sqrt((images[0] as Uint8Array).length);
  const step = await runtime.compile({
    state: parameters,
    inputs: { bytes: { shape: [1, size, size, 1], dtype: "uint8" } },
    step: (state, { bytes }) => {
      const input = normalisedImages(bytes as Tensor4D, config.channels, normalisation);
      const { attention } = attentionMaps(state as Record<string, Tensor>, input, config);
      const rollout = attentionRollout(attention);
      return {
        outputs: {
          map:
            config.pooling === "mean"
              ? meanMap(rollout, size / config.patchSize)
              : classTokenMap(rollout, config),
        },
      };
    },
  });
  try {
    const maps: PatchAttention[] = [];
    for (const bytes of images) {
      const { map } = await step.run({ bytes });
      const [, height, width] = map!.shape as [number, number, number];
      maps.push({ values: Float32Array.from(map!.data as Float32Array), width, height });
    }
    return maps;
  } finally {
    step.dispose();
  }
}

/** What the patches take from each patch, on average; patches are the last tokens. */
function meanMap(rollout: Tensor3D, side: number): Tensor3D {
  const numTokens = rollout.shape[1];
  const numPatches = side * side;
  const from = numTokens - numPatches;
  const patches = slice(rollout, [0, from, from], [1, numPatches, numPatches]);
  return reshape(mean(patches, 1), [1, side, side]);
}
