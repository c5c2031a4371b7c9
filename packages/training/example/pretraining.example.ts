import {
  type BatchSource,
  dinoLoss,
  type FitOptions,
  fit,
  ibotLoss,
  koLeoLoss,
  type PretrainableModel,
  type PretrainDinoOptions,
  pretrainDino,
  sinkhornKnopp,
  type TrainableModel,
} from "@cxrkit/training";
import * as tf from "@tensorflow/tfjs-core";

/** A teacher's view and a student's two, of one image and two prototypes. */
export function distilled(): number {
  // #region dino
  const student = tf.tensor3d([[[0, 0]], [[0.1, 0]]]); // [2, 1, 2]: views, images, prototypes
  const teacher = tf.tensor3d([[[1, 0]]]); // [1, 1, 2]: the teacher is sure of the first
  const loss = dinoLoss(student, teacher).dataSync()[0] as number; // log(1 + 1/e): the second view's logits are 1 and 0
  // #endregion dino
  return loss;
}

/** One masked patch of two. */
export function masked(): number {
  // #region ibot
  const student = tf.tensor3d([
    [
      [0, 0],
      [5, 0],
    ],
  ]); // [1, 2, 2]: images, patches, prototypes
  const teacher = tf.tensor3d([
    [
      [0.5, 0.5],
      [1, 0],
    ],
  ]);
  const loss = ibotLoss(student, teacher, tf.tensor2d([[1, 0]])).dataSync()[0] as number; // log 2
  // #endregion ibot
  return loss;
}

/** Two rows that like the same prototype. */
export function balanced(): readonly number[] {
  // #region sinkhorn
  const logits = tf.tensor2d([
    [1, 0],
    [1, 0],
  ]);
  const shares = sinkhornKnopp(logits, { temperature: 0.1 }); // [[0.5, 0.5], [0.5, 0.5]]
  // #endregion sinkhorn
  return [...shares.dataSync()];
}

/** Two vectors at a right angle. */
export function spread(): number {
  // #region koLeo
  const loss = koLeoLoss(
    tf.tensor2d([
      [2, 0],
      [0, 3],
    ]),
  ).dataSync()[0] as number; // −log √2
  // #endregion koLeo
  return loss;
}

/** A few updates without labels. */
export async function pretrained(
  model: PretrainableModel,
  train: BatchSource,
  base: Pick<PretrainDinoOptions, "runtime" | "head">,
): Promise<number> {
  // #region pretrain
  const { teacher, history } = await pretrainDino(
    model,
    { train, imageSize: [12, 12] },
    {
      ...base,
      epochs: 1,
      batchSize: 4,
      learningRate: 1e-3,
      seed: 1,
      crops: { globalSize: 8, localSize: 4, numLocal: 2 },
      balance: "sinkhorn-knopp",
      onStep: ({ watched }) => watched.featureSpread, // near 0: collapsed
    },
  );
  // #endregion pretrain
  return teacher.size * history.length;
}

/** The head alone first, the rest from the third epoch on. */
export async function unfrozen(
  model: TrainableModel,
  train: BatchSource,
  base: Pick<FitOptions, "runtime">,
): Promise<number> {
  // #region unfreeze
  const { step } = await fit(
    model,
    { train },
    {
      ...base,
      epochs: 3,
      batchSize: 8,
      learningRate: 0.01,
      unfreeze: [{ parameters: (name) => !name.startsWith("head."), after: { epochs: 2 } }],
    },
  );
  // #endregion unfreeze
  return step;
}
