import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { compileOnDevice, type Provider } from "./_compileOnDevice.js";
import { copyModel } from "./_copyModel.js";
import { hostStorage } from "./_deviceStorage.js";
import { loadOnnx, type Onnx } from "./_loadOnnx.js";
import { hostTensor } from "./_onnxTensors.js";
import { createSessionCache } from "./_sessionCache.js";
import type { Runtime } from "./Runtime.js";

const library = "libonnxruntime_providers_cuda.so";
const options = { logSeverityLevel: 4, executionProviders: ["cuda"] } as const;

/** Opens ONNX Runtime's CUDA provider; fails with the command that installs it when it is not there. */
export async function openOnnxCuda(): Promise<Runtime> {
  const onnx = await loadOnnx("onnx-cuda");
  await requireLibrary();
  await requireDevice(onnx);
  const name = "onnx-cuda";
  const provider: Provider = {
    name,
    adapt: (graph) => graph,
    openSession: createSessionCache((model, given) => onnx.InferenceSession.create(model, given)),
    sessionOptions: () => options,
    storage: hostStorage(onnx),
  };
  return {
    name,
    description: `onnx-cuda: compiled steps, ONNX Runtime ${onnx.env.versions.common ?? "of unknown version"} on CUDA (this project has not tried it on a GPU yet)`,
    compile: (definition) => compileOnDevice(onnx, definition, provider),
  };
}

/** ONNX Runtime complains on the terminal about a library that it cannot load, so its file is looked for before. */
async function requireLibrary(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve("onnxruntime-node");
  const folder = join(dirname(entry), "../bin/napi-v6", process.platform, process.arch);
  try {
    await access(join(folder, library));
  } catch (cause) {
    throw new Error(
      `openRuntime: engine "onnx-cuda" must find the provider ${library}, got none in ${folder}; on Linux x64 with CUDA 12 and cuDNN 9: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node`,
      { cause },
    );
  }
}

async function requireDevice(onnx: Onnx): Promise<void> {
  try {
    const session = await onnx.InferenceSession.create(copyModel("float32"), options);
    await session.run({
      x: hostTensor(onnx, { dtype: "float32", shape: [1], data: Float32Array.of(1) }),
    });
    await session.release();
  } catch (cause) {
    const report = (cause instanceof Error ? cause.message : String(cause)).trim().split("\n")[0];
    throw new Error(
      `openRuntime: engine "onnx-cuda" must find a GPU and the libraries of CUDA 12 and cuDNN 9, got: ${report}; nvidia-smi shows the GPU, LD_LIBRARY_PATH names the libraries' folders`,
      { cause },
    );
  }
}
