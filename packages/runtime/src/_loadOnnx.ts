/** The module of ONNX Runtime. */
export type Onnx = typeof import("onnxruntime-node");

/** Loads ONNX Runtime; fails with the command that installs it when it is not there. */
export async function loadOnnx(engine: "onnx-cpu" | "onnx-webgpu" | "onnx-cuda"): Promise<Onnx> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new Error(
      `openRuntime: engine "${engine}" must find the package onnxruntime-node, got an error while loading it; install it with ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node`,
      { cause },
    );
  }
}
