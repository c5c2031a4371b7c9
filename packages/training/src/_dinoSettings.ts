import type { InputSpec, NamedArray } from "@cxrkit/runtime";
import type { CropPlan } from "./_crops.js";
import { sampledSteps } from "./_identity.js";
import { drawMask, type IbotPlan } from "./_masks.js";
import type { Objective } from "./_objective.js";
import { randomStream } from "./_random.js";
import type { PretrainableModel } from "./PretrainableModel.js";
import type { Schedule } from "./Schedule.js";

/** Everything that decides what the objective of DINO computes. */
export interface DinoSettings {
  /** The model's own parameters and those of the head. */
  readonly parameters: ReadonlyMap<string, NamedArray>;
  readonly model: PretrainableModel;
  readonly imageSize: readonly [height: number, width: number];
  readonly batchSize: number;
  readonly seed: number;
  readonly crops: CropPlan;
  readonly numPrototypes: number;
  readonly studentTemperature: number;
  readonly teacherTemperature: Schedule;
  readonly teacherMomentum: Schedule;
  readonly balance: "centre" | "sinkhorn-knopp";
  readonly centreMomentum: number;
  readonly koLeoWeight: number;
  readonly ibot: IbotPlan | undefined;
}

/** Number of patches along a side of a large view. */
export function gridSide({ model, crops }: Pick<DinoSettings, "model" | "crops">): number {
  return Math.floor(crops.globalSize / (model.patchSize ?? crops.globalSize));
}

/** Type and shape of what a step is fed. */
export function inputsOf(settings: DinoSettings): Record<string, InputSpec> {
  const { batchSize, crops, ibot } = settings;
  const { globalSize, localSize, numLocal } = crops;
  const scalar: InputSpec = { shape: [], dtype: "float32" };
  const views = (count: number, size: number): InputSpec => ({
    shape: [count * batchSize, size, size, 1],
    dtype: "uint8",
  });
  return {
    globals: views(2, globalSize),
    ...(numLocal === 0 ? {} : { locals: views(numLocal, localSize) }),
    teacherTemperature: scalar,
    teacherGain: scalar,
    ...(ibot === undefined
      ? {}
      : { mask: { shape: [2 * batchSize, gridSide(settings) ** 2], dtype: "float32" } }),
  };
}

/** The numbers of the settings, schedules by samples. */
export function identityOf({
  parameters,
  model,
  imageSize,
  ...numbers
}: DinoSettings): Objective["identity"] {
  const sampled = (schedule: Schedule) =>
    Object.fromEntries(sampledSteps.map((step) => [`at step ${step}`, schedule(step)]));
  return {
    ...numbers,
    imageSize,
    crops: { ...numbers.crops },
    ibot: numbers.ibot === undefined ? null : { ...numbers.ibot },
    teacherTemperature: sampled(numbers.teacherTemperature),
    teacherMomentum: sampled(numbers.teacherMomentum),
  };
}

/** Masks of the large views of a batch, `[2·B, N]`. */
export function masksOf(settings: DinoSettings, ibot: IbotPlan, epoch: number, batch: number): Float32Array {
  const { batchSize, seed } = settings;
  const side = gridSide(settings);
  const masks = new Float32Array(2 * batchSize * side * side);
  for (let view = 0; view < 2; view++)
    for (let row = 0; row < batchSize; row++) {
      const random = randomStream(seed, epoch, batch * batchSize + row, 1 + view);
      masks.set(drawMask(side, ibot, random), (view * batchSize + row) * side * side);
    }
  return masks;
}
