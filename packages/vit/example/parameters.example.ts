import {
  features as featuresOf,
  foldPositions,
  imageShape,
  initialParameters,
  loadParameters,
  numParameters,
  parameterShapes,
  patchFeatures,
  resizePositionEmbedding,
  selectHeadRows,
  vitPresets,
} from "@cxrkit/vit";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";

// #region shapes
export const qkv = parameterShapes(vitPresets["vit-b16-in21k"]).get("blocks.0.attn.qkv.weight"); // [2304, 768]
export const shape = imageShape({ ...vitPresets["vit-b16"], imageSize: [256, 224] }); // [256, 224, 3]
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

// #region patchFeatures
const masked = { ...config, maskToken: true }; // parameters and "mask_token" [1, 16]
const maskedPatches = tf.tensor2d([1, 0, 0, 1], [1, 4]); // the first and the last of four patches are hidden
export const { image, patches } = patchFeatures(
  { ...tensors, mask_token: tf.zeros([1, 16]) },
  tf.ones([1, 16, 16, 3]) as tf.Tensor4D,
  masked,
  { maskedPatches },
); // [1, 16] and [1, 4, 16]
// #endregion patchFeatures

// #region positions
const stored = tf.ones([1, 1 + 37 ** 2, 8]) as tf.Tensor3D; // trained at 518 px with patches of 14
export const resized = resizePositionEmbedding(stored, 16, "dinov2"); // [1, 257, 8], for 224 px
export const high = resizePositionEmbedding(stored, [20, 16], "huggingface"); // [1, 321, 8], for 280 × 224 px
// #endregion positions

// #region fold
const large = { ...config, storedPositions: { grid: 7, convention: "timm" } } as const; // trained at 56 px, used at 16
export const folded = foldPositions(initialParameters(large, 1), large); // pos_embed [1, 50, 16] becomes [1, 5, 16]
// #endregion fold

// #region head
const trained = initialParameters({ ...config, numClasses: 3 }, 1); // a model of three findings
const threeFindings = ["cardiomegaly", "pleural_effusion", "pneumonia"];
export const two = selectHeadRows(trained, threeFindings, ["pneumonia", "cardiomegaly"]); // head.weight [2, 16]
// #endregion head
