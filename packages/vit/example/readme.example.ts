import { initialParameters, numParameters, vit, vitPresets } from "@cxrkit/vit";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";

const config = { ...vitPresets.small, numClasses: 3 }; // 64 px, patches of 8, width 192, 6 blocks
const parameters = initialParameters(config, 2026); // by timm's names: "blocks.0.attn.qkv.weight", …

const tensors = Object.fromEntries(
  [...parameters].map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
);
const images = tf.zeros([2, 64, 64, 3]) as tf.Tensor4D; // [B, H, W, C]

export const logits = vit(tensors, images, config); // [B, K]
export const count = numParameters(config); // 2,719,875
