import { type EagerName, openEager } from "./_openEager.js";
import { openOnnxCpu } from "./_openOnnxCpu.js";
import { openOnnxCuda } from "./_openOnnxCuda.js";
import { openOnnxWebgpu } from "./_openOnnxWebgpu.js";
import type { Runtime, RuntimeName } from "./Runtime.js";

/** Engines in the order in which `auto` tries them. */
export const runtimeNames: readonly RuntimeName[] = [
  "tfjs-node-gpu",
  "onnx-cuda",
  "onnx-webgpu",
  "onnx-cpu",
  "tfjs-node",
  "wasm",
  "cpu",
];

/**
 * Opens an engine. `"auto"` takes the first that works of `tfjs-node-gpu`, `onnx-cuda`, `onnx-webgpu`, `onnx-cpu`,
 * `tfjs-node`, `wasm`, `cpu` and says in {@link Runtime.description} why those before it were passed over, unless they
 * are only not installed or there is no GPU. It takes `onnx-webgpu` only on a GPU that it recognises; asked for by name,
 * that engine runs on a software device as well.
 *
 * @param name - Engine name or `"auto"`.
 * @returns The engine, ready to compile steps.
 * @throws RangeError if the name is unknown; Error with the command that helps if the engine cannot be loaded.
 * @example
 * {@includeCode ../example/readme.example.ts}
 */
export async function openRuntime(name: RuntimeName | "auto"): Promise<Runtime> {
  if (name !== "auto") return open(name, false);
  const refusals: string[] = [];
  for (const candidate of runtimeNames) {
    try {
      const runtime = await open(candidate, true);
      return refusals.length === 0
        ? runtime
        : { ...runtime, description: `${runtime.description} (${refusals.join("; ")})` };
    } catch (cause) {
      if (!isAbsent(cause)) refusals.push(cause instanceof Error ? cause.message : String(cause));
    }
  }
  throw new Error(`openRuntime: an engine must be available, got none: ${refusals.join("; ")}`);
}

async function open(name: RuntimeName, onlyGpu: boolean): Promise<Runtime> {
  if (!runtimeNames.includes(name)) {
    throw new RangeError(
      `openRuntime: name must be "auto", ${runtimeNames.map((known) => `"${known}"`).join(", ")}, got "${String(name)}"`,
    );
  }
  if (name === "onnx-cpu") return openOnnxCpu();
  if (name === "onnx-cuda") return openOnnxCuda();
  if (name === "onnx-webgpu") return openOnnxWebgpu(onlyGpu);
  return openEager(name satisfies EagerName);
}

/** Whether an engine could not be opened only because what it runs on is not there. */
function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error &&
    /must find (?:the package|the provider|a GPU with a driver for Vulkan)\b.*, got none/.test(error.message)
  );
}
