import {
  dropPathMasks,
  freezeParameters,
  initialParameters,
  layerGroups,
  noDecayNames,
  vit,
  vitPresets,
} from "@cxrkit/vit";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";

const config = vitPresets["two-block"];
const parameters = Object.fromEntries(
  [...initialParameters(config, 1)].map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
);
const images = tf.ones([2, 16, 16, 3]) as tf.Tensor4D;

// #region dropPath
const masks = dropPathMasks(config, 2, { rate: 0.1, random: () => 0.5 }); // a seeded source in earnest
const dropPath = tf.tensor2d(masks, [2 * config.depth, 2]); // an input of the training step
export const logits = vit(parameters, images, config, { dropPath }); // [2, 14]
// #endregion dropPath

// #region freeze
const loss = (weight: tf.Tensor) => {
  const probe = freezeParameters({ ...parameters, "head.weight": weight }, [
    "*.bias",
    "blocks.*",
    "*_embed*",
  ]);
  return tf.mean(tf.square(vit(probe, images, config)));
};
export const gradient = tf.grad(loss)(parameters["head.weight"] as tf.Tensor); // [14, 16]; no backward pass in the blocks
// #endregion freeze

// #region groups
const groups = layerGroups(config); // "blocks.0.attn.qkv.weight" is in group 1 of 0 … 3
const decay = 0.65;
export const rates = [...groups].map(([name, group]) => [name, decay ** (config.depth + 1 - group)] as const);
// #endregion groups

// #region noDecay
export const isDecayed = !noDecayNames(config).has("blocks.0.norm1.weight"); // false
// #endregion noDecay
