import { openEager } from "./_openEager.js";
import { openOnnxCpu } from "./_openOnnxCpu.js";
import type { Runtime, RuntimeName } from "./Runtime.js";

/** Engines in the order of preference. */
const names: readonly RuntimeName[] = ["onnx-cpu", "wasm", "cpu"];

/**
 * Opens an engine. `"auto"` takes the first that works of `onnx-cpu`, `wasm`, `cpu` and says in
 * {@link Runtime.description} why faster ones were passed over.
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
  for (const candidate of names) {
    try {
      const runtime = await open(candidate);
      return refusals.length === 0
        ? runtime
        : { ...runtime, description: `${runtime.description} (${refusals.join("; ")})` };
    } catch (cause) {
      refusals.push(cause instanceof Error ? cause.message : String(cause));
    }
  }
  throw new Error(`openRuntime: an engine must be available, got none: ${refusals.join("; ")}`);
}

async function open(name: RuntimeName): Promise<Runtime> {
  if (name === "onnx-cpu") return openOnnxCpu();
  if (name === "wasm" || name === "cpu") return openEager(name);
  throw new RangeError(
    `openRuntime: name must be "auto", ${names.map((known) => `"${known}"`).join(", ")}, got "${String(name)}"`,
  );
}
