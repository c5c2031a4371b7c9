import { isNotInstalled } from "./_loadTfjsNode.js";
import { openEager } from "./_openEager.js";
import { openOnnxCpu } from "./_openOnnxCpu.js";
import type { Runtime, RuntimeName } from "./Runtime.js";

/** Engines in the order in which `auto` tries them. */
export const runtimeNames: readonly RuntimeName[] = ["tfjs-node-gpu", "onnx-cpu", "tfjs-node", "wasm", "cpu"];

/**
 * Opens an engine. `"auto"` takes the first that works of `tfjs-node-gpu`, `onnx-cpu`, `tfjs-node`, `wasm`, `cpu` and
 * says in {@link Runtime.description} why those before it were passed over, unless they are only not installed.
 *
 * @param name - Engine name or `"auto"`.
 * @returns The engine, ready to compile steps.
 * @throws RangeError if the name is unknown; Error with the command that helps if the engine cannot be loaded.
 * @example
 * {@includeCode ../example/readme.example.ts}
 */
export async function openRuntime(name: RuntimeName | "auto"): Promise<Runtime> {
  if (name !== "auto") return open(name);
  const refusals: string[] = [];
  for (const candidate of runtimeNames) {
    try {
      const runtime = await open(candidate);
      return refusals.length === 0
        ? runtime
        : { ...runtime, description: `${runtime.description} (${refusals.join("; ")})` };
    } catch (cause) {
      if (!isNotInstalled(cause)) refusals.push(cause instanceof Error ? cause.message : String(cause));
    }
  }
  throw new Error(`openRuntime: an engine must be available, got none: ${refusals.join("; ")}`);
}

async function open(name: RuntimeName): Promise<Runtime> {
  if (name === "onnx-cpu") return openOnnxCpu();
  if (runtimeNames.includes(name)) return openEager(name);
  throw new RangeError(
    `openRuntime: name must be "auto", ${runtimeNames.map((known) => `"${known}"`).join(", ")}, got "${String(name)}"`,
  );
}
