import * as tf from "@tensorflow/tfjs-core";
import { createCropper } from "./_crops.js";
import { headLogits } from "./_dinoHead.js";
import { type DinoSettings, gridSide, identityOf, inputsOf, masksOf } from "./_dinoSettings.js";
import type { BatchResult, Objective } from "./_objective.js";
import { entropyOf, spreadOf, teacherShares } from "./_teacher.js";
import type { TensorRecord } from "./adamW.js";
import { dinoLoss } from "./dinoLoss.js";
import { ibotLoss } from "./ibotLoss.js";
import { koLeoLoss } from "./koLeoLoss.js";
import type { ImageFeatures } from "./PretrainableModel.js";

/** Self-distillation: a student learns to say of each view what its slowly following teacher says of another. */
export function dinoObjective(settings: DinoSettings): Objective {
  const { parameters, batchSize, numPrototypes, crops, balance, ibot, seed } = settings;
  const teacher = [...parameters].map(([name, array]) => [`teacher/${name}`, array] as const);
  const centres = balance === "centre" ? (ibot === undefined ? ["image"] : ["image", "patch"]) : [];
  const zeros = { dtype: "float32" as const, shape: [numPrototypes], data: new Float32Array(numPrototypes) };
  const cut = createCropper(crops, settings.imageSize, batchSize, seed);
  return {
    kept: new Map([...teacher, ...centres.map((name) => [`centre/${name}`, zeros] as const)]),
    statistics: new Map(centres.map((name) => [name, [numPrototypes]])),
    inputs: inputsOf(settings),
    watched: ["teacherEntropy", "marginalEntropy", "featureSpread"],
    identity: { dino: identityOf(settings) },
    feed: (batch, place) => {
      const { globals, locals } = cut(batch, place);
      const { epoch, step, batch: index } = place;
      return {
        values: {
          globals,
          ...(crops.numLocal === 0 ? {} : { locals }),
          teacherTemperature: Float32Array.of(settings.teacherTemperature(step)),
          teacherGain: Float32Array.of(1 - settings.teacherMomentum(step)),
          ...(ibot === undefined ? {} : { mask: masksOf(settings, ibot, epoch, index) }),
        },
        weight: batchSize,
      };
    },
    evaluate: (student, kept, inputs) => evaluate(settings, student, kept, inputs),
    follow: (student, kept, statistics, inputs) => follow(settings, student, kept, statistics, inputs),
  };
}

function evaluate(
  settings: DinoSettings,
  student: TensorRecord,
  kept: TensorRecord,
  inputs: TensorRecord,
): BatchResult {
  const { model, batchSize, numPrototypes, crops, studentTemperature, koLeoWeight, ibot } = settings;
  const teacher = Object.fromEntries(
    [...settings.parameters.keys()].map((name) => [name, kept[`teacher/${name}`] as tf.Tensor]),
  );
  const large = inputs.globals as tf.Tensor4D;
  const mask = inputs.mask as tf.Tensor2D | undefined;
  const taught = featuresOf(settings, teacher, large);
  const learnt = featuresOf(settings, student, large, mask);
  const taughtLogits = headLogits(teacher, taught.image);
  const shares = teacherShares(settings, taughtLogits, kept["centre/image"], inputs);
  const views = [headLogits(student, learnt.image)];
  if (crops.numLocal > 0) {
    const small = featuresOf(settings, student, inputs.locals as tf.Tensor4D);
    views.push(headLogits(student, small.image));
  }
  const byView = (rows: tf.Tensor) => tf.reshape(rows, [-1, batchSize, numPrototypes]) as tf.Tensor3D;
  const parts: tf.Tensor[] = [dinoLoss(byView(tf.concat(views, 0)), byView(shares), { studentTemperature })];
  if (koLeoWeight > 0)
    for (const half of tf.split<tf.Tensor2D>(learnt.image, 2, 0))
      parts.push(tf.mul(koLeoLoss(half), koLeoWeight));
  const statistics: Record<string, tf.Tensor> = {};
  if (settings.balance === "centre") statistics.image = tf.mean(taughtLogits, 0);
  if (ibot !== undefined && mask !== undefined) {
    const { loss, mean } = patchLoss(settings, { teacher, student }, { taught, learnt }, kept, inputs);
    parts.push(tf.mul(loss, ibot.weight));
    if (settings.balance === "centre") statistics.patch = mean;
  }
  return {
    loss: parts.reduce((sum, part) => tf.add(sum, part)) as tf.Scalar,
    statistics,
    watched: {
      teacherEntropy: tf.mean(entropyOf(shares)),
      marginalEntropy: tf.sum(entropyOf(tf.mean(shares, 0, true))),
      featureSpread: spreadOf(taught.image, model.width),
    },
  };
}

function patchLoss(
  settings: DinoSettings,
  heads: { readonly teacher: TensorRecord; readonly student: TensorRecord },
  { taught, learnt }: { readonly taught: ImageFeatures; readonly learnt: ImageFeatures },
  kept: TensorRecord,
  inputs: TensorRecord,
): { readonly loss: tf.Scalar; readonly mean: tf.Tensor } {
  const { model, studentTemperature } = settings;
  const mask = inputs.mask as tf.Tensor2D;
  const [rows, numPatches] = mask.shape;
  const flat = ({ patches }: ImageFeatures) => tf.reshape(patches as tf.Tensor3D, [-1, model.width]);
  const byPatch = (logits: tf.Tensor) => tf.reshape(logits, [rows, numPatches, -1]) as tf.Tensor3D;
  const logits = headLogits(heads.teacher, flat(taught));
  const shares = teacherShares(settings, logits, kept["centre/patch"], inputs, tf.reshape(mask, [-1]));
  const loss = ibotLoss(byPatch(headLogits(heads.student, flat(learnt))), byPatch(shares), mask, {
    studentTemperature,
  });
  return { loss, mean: tf.mean(logits, 0) };
}

/** A model's vectors, of the shapes that it promised. */
function featuresOf(
  settings: DinoSettings,
  parameters: TensorRecord,
  images: tf.Tensor4D,
  mask?: tf.Tensor2D,
): ImageFeatures {
  const { model, ibot } = settings;
  const features =
    mask === undefined ? model.features(parameters, images) : model.features(parameters, images, mask);
  const { image, patches } = features;
  const [rows] = images.shape;
  if (String(image.shape) !== String([rows, model.width]))
    throw new RangeError(
      `pretrainDino: model.features must give image vectors of shape [${rows},${model.width}], got [${image.shape}]`,
    );
  if (ibot === undefined || images.shape[1] !== settings.crops.globalSize) return features;
  const wanted = [rows, gridSide(settings) ** 2, model.width];
  if (String(patches?.shape) !== String(wanted))
    throw new RangeError(
      `pretrainDino: model.features must give patch vectors of shape [${wanted}] for ibot, got [${patches?.shape ?? "none"}]`,
    );
  return features;
}

/** The teacher follows the student that was just updated, the centre what the teacher said. */
function follow(
  { parameters, centreMomentum }: DinoSettings,
  student: TensorRecord,
  kept: TensorRecord,
  statistics: TensorRecord,
  { teacherGain }: TensorRecord,
): TensorRecord {
  const next: Record<string, tf.Tensor> = {};
  const towards = (name: string, value: tf.Tensor, gain: tf.Tensor | number) => {
    const old = kept[name] as tf.Tensor;
    next[name] = tf.add(old, tf.mul(tf.sub(value, old), gain));
  };
  for (const name of parameters.keys())
    towards(`teacher/${name}`, student[name] as tf.Tensor, teacherGain as tf.Tensor);
  for (const [name, mean] of Object.entries(statistics)) towards(`centre/${name}`, mean, 1 - centreMomentum);
  return next;
}
