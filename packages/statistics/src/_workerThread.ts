/** What both kinds of worker can do, seen from the thread that started it. */
export interface WorkerThread {
  readonly post: (message: unknown) => void;
  readonly onMessage: (receive: (message: unknown) => void) => void;
  readonly onError: (receive: (error: Error) => void) => void;
  readonly terminate: () => void;
}

/** The parts of `node:worker_threads` and `node:os` that are used; the package has no types of Node. */
interface NodeModules {
  "node:worker_threads": {
    readonly Worker: new (
      url: URL,
      options: { readonly execArgv?: readonly string[] },
    ) => {
      postMessage(message: unknown): void;
      on(event: "message" | "error", receive: (value: never) => void): void;
      terminate(): Promise<number>;
    };
    readonly parentPort: {
      postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
      once(event: "message", receive: (message: unknown) => void): void;
    } | null;
  };
  "node:os": { availableParallelism(): number };
}

/** A module of Node itself, without an import that a browser's bundler would stumble over; undefined in a browser. */
function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: Name) => NodeModules[Name] | undefined };
  };
  return process?.getBuiltinModule?.(name);
}

/** Number of threads that can run at a time on this machine. */
export function numCores(): number {
  return nodeModule("node:os")?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** Starts the worker of {@link compareModelsInWorkers}. */
export function startBootstrapWorker(): WorkerThread {
  const node = nodeModule("node:worker_threads");
  if (node !== undefined) {
    const worker = new node.Worker(new URL("./_bootstrapWorker.js", import.meta.url), inheritedFlags());
    return {
      post: (message) => worker.postMessage(message),
      onMessage: (receive) => worker.on("message", receive),
      onError: (receive) => worker.on("error", receive),
      terminate: () => void worker.terminate(),
    };
  }
  // Bundlers look for exactly this expression.
  const worker = new Worker(new URL("./_bootstrapWorker.js", import.meta.url), { type: "module" });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (receive) => worker.addEventListener("message", ({ data }) => receive(data)),
    onError: (receive) =>
      worker.addEventListener("error", ({ message }) =>
        receive(new Error(message || "worker did not start")),
      ),
    terminate: () => worker.terminate(),
  };
}

/** A process whose program came by `--eval` hands its `--input-type` on, which no worker with a file may have. */
function inheritedFlags(): { readonly execArgv?: readonly string[] } {
  const { process } = globalThis as { process?: { execArgv?: readonly string[] } };
  return process?.execArgv?.some((flag) => flag.startsWith("--input-type")) ? { execArgv: [] } : {};
}

/** Inside a worker: hands over the one message that it is sent, with the way to answer. */
export function onWork(
  receive: (message: unknown, answer: (message: unknown, transfer?: readonly ArrayBuffer[]) => void) => void,
): void {
  const port = nodeModule("node:worker_threads")?.parentPort;
  if (port != null) {
    port.once("message", (message) =>
      receive(message, (answer, transfer = []) => port.postMessage(answer, transfer)),
    );
    return;
  }
  const scope = globalThis as unknown as {
    onmessage: (event: { readonly data: unknown }) => void;
    postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  };
  scope.onmessage = ({ data }) =>
    receive(data, (answer, transfer = []) => scope.postMessage(answer, transfer));
}
