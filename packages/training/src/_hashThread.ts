import type { Worker } from "node:worker_threads";

/** A SHA-256 that is computed on a thread of its own. */
export interface HashThread {
  /** Takes a copy of the bytes; resolves when the thread can take more. */
  readonly update: (bytes: Uint8Array) => Promise<void>;
  /** The digest in hexadecimal; rejects if the thread failed. */
  readonly digest: () => Promise<string>;
  /** Ends the thread. */
  readonly dispose: () => Promise<void>;
}

/** Bytes of one copy, and copies at a time. */
const copyLength = 32 * 2 ** 20;
const numCopies = 4;

/** Text and no file, so that it is there in a bundle and beside sources that are not compiled. */
const program = `
const { createHash } = require("node:crypto");
const { parentPort } = require("node:worker_threads");
const hash = createHash("sha256");
parentPort.on("message", ({ buffer, length }) => {
  if (buffer === undefined) return parentPort.postMessage(hash.digest("hex"));
  hash.update(new Uint8Array(buffer, 0, length));
  parentPort.postMessage(buffer, [buffer]);
});`;

/** Starts a {@link HashThread}; undefined where there are no threads. */
export async function startHashThread(): Promise<HashThread | undefined> {
  try {
    const { Worker } = await import("node:worker_threads");
    return over(new Worker(program, { eval: true, execArgv: [], env: {} }));
  } catch {
    return undefined;
  }
}

function over(worker: Worker): HashThread {
  const free: ArrayBuffer[] = Array.from({ length: numCopies }, () => new ArrayBuffer(0));
  let wake: () => void = () => {};
  let ended: { readonly digest: string } | { readonly error: unknown } | undefined;
  worker.on("message", (message: ArrayBuffer | string) => {
    if (typeof message === "string") ended = { digest: message };
    else free.push(message);
    wake();
  });
  const fail = (error: unknown) => {
    ended ??= { error };
    wake();
  };
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`thread of the hash must not end, got exit code ${code}`)));
  const until = async (isTrue: () => boolean) => {
    while (!isTrue() && ended === undefined)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    if (ended !== undefined && "error" in ended) throw ended.error;
  };
  return {
    update: async (bytes) => {
      for (let first = 0; first < bytes.length; first += copyLength) {
        await until(() => free.length > 0);
        const part = bytes.subarray(first, first + copyLength);
        let buffer = free.pop() as ArrayBuffer;
        if (buffer.byteLength < part.length) buffer = new ArrayBuffer(copyLength);
        new Uint8Array(buffer).set(part);
        worker.postMessage({ buffer, length: part.length }, [buffer]);
      }
    },
    digest: async () => {
      worker.postMessage({});
      await until(() => false);
      return (ended as { readonly digest: string }).digest;
    },
    dispose: async () => {
      await worker.terminate();
    },
  };
}
