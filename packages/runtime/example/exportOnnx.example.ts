import { exportOnnx, type NamedArrays } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";

const parameters: NamedArrays = {
  weight: { dtype: "float32", shape: [2, 3], data: Float32Array.of(1, 0, 0, 0, 1, 0) },
};

export const file = exportOnnx({
  state: parameters,
  inputs: { images: { dtype: "float32", shape: [1, 3] } },
  step: ({ weight }, { images }) => ({
    outputs: { logits: tf.matMul(images as tf.Tensor2D, weight as tf.Tensor2D, false, true) },
  }),
}); // await writeFile("model.onnx", file)
