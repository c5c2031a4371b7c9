import type { InferenceSession } from "onnxruntime-node";
import type { Onnx } from "./_loadOnnx.js";
import { hostTensor } from "./_onnxTensors.js";
import { encodeModel } from "./compiler/_encodeModel.js";
import { GraphBuilder } from "./compiler/_GraphBuilder.js";

/** Refuses half precision on a device that does not compute in it, which ONNX Runtime says only when a step runs. */
export async function requireHalf(
  onnx: Onnx,
  sessionOptions: InferenceSession.SessionOptions,
): Promise<void> {
  const builder = new GraphBuilder();
  const x = builder.input([1], "float32");
  const half = builder.cast(x, "float16");
  const y = builder.cast(builder.binary("Add", half, half), "float32");
  const model = encodeModel({
    inputs: new Map([["x", x]]),
    outputs: new Map([["y", y]]),
    nodes: builder.nodes,
  });
  const session = await onnx.InferenceSession.create(model, sessionOptions);
  try {
    await session.run({
      x: hostTensor(onnx, { dtype: "float32", shape: [1], data: Float32Array.of(1) }),
    });
  } catch (cause) {
    throw new RangeError(
      'compile: precision must be "float32" on this device, got "float16", which it does not compute in (no shader-f16)',
      { cause },
    );
  } finally {
    await session.release();
  }
}
