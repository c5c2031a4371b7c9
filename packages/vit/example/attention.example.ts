import {
  attentionMaps,
  attentionRelevance,
  attentionRollout,
  classTokenMap,
  gradCam as gradCamOf,
  initialParameters,
  vitPresets,
} from "@cxrkit/vit";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";

const config = vitPresets["two-block"];
const parameters = Object.fromEntries(
  [...initialParameters(config, 1)].map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
);
const images = tf.ones([1, 16, 16, 3]) as tf.Tensor4D;

// #region maps
export const { logits, attention } = attentionMaps(parameters, images, config); // [1, 14] and two of [1, 2, 5, 5]
// #endregion maps

// #region rollout
export const rollout = attentionRollout(attention); // [1, 5, 5]
export const map = classTokenMap(rollout, config); // [1, 2, 2]: one number a patch
// #endregion rollout

// #region relevance
const relevance = attentionRelevance(parameters, images, config, 3); // the fourth finding
export const relevanceMap = classTokenMap(relevance, config); // [1, 2, 2]
// #endregion relevance

// #region gradCam
export const gradCam = gradCamOf(parameters, images, config, 3); // [1, 2, 2], at least 0
// #endregion gradCam
