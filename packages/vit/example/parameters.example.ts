import {
  features as featuresOf,
  initialParameters,
  loadParameters,
  numParameters,
  parameterShapes,
  resizePositionEmbedding,
  vitPresets,
} from "@cxrkit/vit";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";

// #region shapes
export const qkv = parameterShapes(vitPresets["vit-b16-in21k"]).get("blocks.0.attn.qkv.weight"); // [2304, 768]
// #endregion shapes

// #region count
export const million = numParameters(vitPresets["dinov2-vit-b14"]) / 1e6; // 86.6
// #endregion count

// #region load
const pretrained = initialParameters({ ...vitPresets["two-block"], numClasses: 1000 }, 1); // or a checkpoint's arrays
const config = { ...vitPresets["two-block"], numClasses: 14 };
export const loaded = loadParameters(config, pretrained, { except: ["head.*"], seed: 2 }); // a new head of 14 findings
// #endregion load

// #region features
const tensors = Object.fromEntries(
  [...loaded].map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
);
export const features = featuresOf(tensors, tf.ones([1, 16, 16, 3]) as tf.Tensor4D, config); // [1, 16]
// #endregion features

// #region positions
const stored = tf.ones([1, 1 + 37 ** 2, 8]) as tf.Tensor3D; // trained at 518 px with patches of 14
export const resized = resizePositionEmbedding(stored, 16, "dinov2"); // [1, 257, 8], for 224 px
// #endregion positions
