import { getBackend, setBackend } from "@tensorflow/tfjs-core";
import { openRuntime, runtimeNames } from "./openRuntime.js";
import type { RuntimeName } from "./Runtime.js";

/** One engine, and whether it works on this machine. */
export interface RuntimeDescription {
  /** Which engine. */
  readonly name: RuntimeName;
  /** Whether it can be opened here. */
  readonly available: boolean;
  /** One line: version and what it runs on; or why it cannot be opened, and the command that helps. */
  readonly description: string;
}

/**
 * Tries every engine on this machine, in the order in which `openRuntime("auto")` does.
 *
 * @returns One description an engine.
 * @example
 * {@includeCode ../example/describeRuntimes.example.ts}
 */
export async function describeRuntimes(): Promise<readonly RuntimeDescription[]> {
  const previous = getBackend() as string | undefined;
  const descriptions: RuntimeDescription[] = [];
  for (const name of runtimeNames) {
    try {
      const { description } = await openRuntime(name);
      descriptions.push({ name, available: true, description });
    } catch (cause) {
      const description = (cause instanceof Error ? cause.message : String(cause)).replace(
        /^openRuntime: /,
        "",
      );
      descriptions.push({ name, available: false, description });
    }
  }
  if (previous !== undefined) await setBackend(previous);
  return descriptions;
}
