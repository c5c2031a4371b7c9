import { createRequire } from "node:module";

/** What is used of the packages, which are no dependency of this one. */
interface TfjsNode {
  readonly backend: () => {
    readonly isUsingGpuDevice?: boolean;
    readonly binding?: { readonly TF_Version?: string };
  };
}

/**
 * Loads `@tensorflow/tfjs-node` or its GPU form, which register the backend `tensorflow`, and gives the version of
 * libtensorflow.
 */
export async function loadTfjsNode(name: "tfjs-node" | "tfjs-node-gpu"): Promise<string> {
  const require = createRequire(import.meta.url);
  // The packages call functions that Node 23 took away.
  const util = require("node:util") as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  // libtensorflow writes its notes to the terminal unless it is told not to before it is loaded.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  let loaded: TfjsNode;
  try {
    loaded = require(`@tensorflow/${name}`) as TfjsNode;
  } catch (cause) {
    throw new Error(`openRuntime: engine "${name}" ${reasonOf(name, cause)}`, { cause });
  }
  const { isUsingGpuDevice, binding } = loaded.backend();
  if (name === "tfjs-node-gpu" && isUsingGpuDevice !== true) {
    throw new Error(
      `openRuntime: engine "${name}" must find a GPU, got none; libtensorflow looks for CUDA's libraries on LD_LIBRARY_PATH and says what it misses with TF_CPP_MIN_LOG_LEVEL=0`,
    );
  }
  return binding?.TF_Version ?? "of unknown version";
}

function reasonOf(name: string, cause: unknown): string {
  const message = cause instanceof Error ? (cause.message.split("\n")[0] as string) : String(cause);
  if (!message.startsWith(`Cannot find module '@tensorflow/${name}'`))
    return `must load its native part, got: ${message}; build it with npx @cxrkit/runtime build-tfjs --libtensorflow DIR`;
  return `must find the package @tensorflow/${name}, got none; npm install @tensorflow/${name}@4.22.0 (where its download fails: with --ignore-scripts, then npx @cxrkit/runtime build-tfjs)`;
}
