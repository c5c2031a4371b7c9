import { readFile } from "node:fs/promises";
import type { InferenceSession } from "onnxruntime-node";
import { compileOnDevice, type Provider } from "./_compileOnDevice.js";
import { bufferStorage } from "./_deviceStorage.js";
import { findGpu, type Gpu } from "./_findGpu.js";
import { loadOnnx } from "./_loadOnnx.js";
import { requireHalf } from "./_requireHalf.js";
import { createSessionCache } from "./_sessionCache.js";
import { nodeName } from "./compiler/_encodeModel.js";
import type { Graph } from "./compiler/_Graph.js";
import { isLeftToCpu, toWebgpuOperators } from "./compiler/_toWebgpuOperators.js";
import type { Runtime } from "./Runtime.js";

/** How the description of the engine names a device that is no software. */
export const onGpu = "a GPU of ";

/**
 * Opens ONNX Runtime's WebGPU provider, on the GPU if there is one.
 *
 * @param onlyGpu - Refuses a device that is software, without loading any driver where there is no GPU.
 */
export async function openOnnxWebgpu(onlyGpu: boolean): Promise<Runtime> {
  const gpu = await findGpu();
  if (onlyGpu && gpu === undefined) throw new Error(`openRuntime: engine "onnx-webgpu" ${withoutGpu}`);
  const onnx = await loadOnnx("onnx-webgpu");
  if (!onnx.listSupportedBackends().some(({ name }) => name === "webgpu")) {
    throw new Error(
      `openRuntime: engine "onnx-webgpu" must run where onnxruntime-node has the provider (Linux x64, Windows, macOS), got ${process.platform} ${process.arch}`,
    );
  }
  quietDeviceSelection();
  const storage = bufferStorage(onnx, baseOptions);
  const answer = await storage.check();
  if (answer !== undefined) {
    throw new Error(
      `openRuntime: engine "onnx-webgpu" must find a device of Vulkan, Metal or Direct3D 12, got: ${answer}; install the GPU's driver, or name a software device with VK_ICD_FILENAMES`,
    );
  }
  const used = (await isLoaded(gpu)) ? gpu : undefined;
  if (onlyGpu && used === undefined) throw new Error(`openRuntime: engine "onnx-webgpu" ${withoutGpu}`);
  const version = onnx.env.versions.common ?? "of unknown version";
  const device =
    used === undefined ? "a device that may be software, not a known GPU" : `${onGpu}${used.maker}`;
  const name = "onnx-webgpu";
  const openSession = createSessionCache((model, options) => onnx.InferenceSession.create(model, options));
  const provider: Provider = { name, adapt: toWebgpuOperators, openSession, sessionOptions, storage };
  return {
    name,
    description: `onnx-webgpu: compiled steps, ONNX Runtime ${version} on WebGPU, ${device}`,
    compile: async (definition) => {
      if (definition.precision === "float16") await requireHalf(onnx, baseOptions);
      return compileOnDevice(onnx, definition, provider);
    },
  };
}

const provider = { name: "webgpu" } as const;
/** ONNX Runtime writes to the terminal what it also throws, unless only the fatal is asked for. */
const baseOptions = { logSeverityLevel: 4, executionProviders: [provider] } as const;

function sessionOptions({ nodes }: Graph): InferenceSession.SessionOptions {
  const forceCpuNodeNames = nodes.filter(isLeftToCpu).map(nodeName);
  // The provider refuses an empty list.
  if (forceCpuNodeNames.length === 0) return baseOptions;
  return { ...baseOptions, executionProviders: [{ ...provider, forceCpuNodeNames }] };
}

const withoutGpu =
  "must find a GPU with a driver for Vulkan, got none; ask for it by name to have a software device";

/** Mesa's layer that sorts devices writes to the terminal where there is no desktop; WebGPU sorts them itself. */
function quietDeviceSelection(): void {
  const { MESA_VK_DEVICE_SELECT, DRI_PRIME, XDG_RUNTIME_DIR } = process.env;
  if ((MESA_VK_DEVICE_SELECT ?? DRI_PRIME ?? XDG_RUNTIME_DIR) === undefined)
    process.env.NODEVICE_SELECT ??= "1";
}

/** Whether this process has loaded the GPU's driver; where that cannot be seen, its being there is enough. */
async function isLoaded(gpu: Gpu | undefined): Promise<boolean> {
  if (gpu?.driver === undefined) return gpu !== undefined;
  const loaded = await readFile("/proc/self/maps", "utf8").catch(() => undefined);
  return loaded === undefined || loaded.includes(`/${gpu.driver}`);
}
