import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { startHashThread } from "./_hashThread.js";
import type { StoredTensor } from "./TensorFile.js";

/** Bytes hashed in one go: some milliseconds, after which others get their turn. */
const chunk = 8 * 2 ** 20;

/** Fewer bytes than this are hashed before a thread has started. */
const worthThread = 64 * 2 ** 20;

/**
 * SHA-256, in hexadecimal, of names, types, shapes and elements; the order of the entries does not matter. Many bytes
 * are hashed on a thread of their own, where there are threads.
 */
export async function hashTensors(tensors: ReadonlyMap<string, StoredTensor>): Promise<string> {
  let length = 0;
  for (const { data } of tensors.values()) length += data.byteLength;
  return (length < worthThread ? undefined : await hashAside(tensors)) ?? hashHere(tensors);
}

/** On another thread; undefined if there is none, or if it failed. */
export async function hashAside(tensors: ReadonlyMap<string, StoredTensor>): Promise<string | undefined> {
  const thread = await startHashThread();
  if (thread === undefined) return undefined;
  try {
    let small: Uint8Array[] = [];
    let length = 0;
    for (const part of partsOf(tensors)) {
      if (length + part.length > chunk) {
        await thread.update(joined(small, length));
        [small, length] = [[], 0];
      }
      if (part.length > chunk) await thread.update(part);
      else {
        small.push(part);
        length += part.length;
      }
    }
    await thread.update(joined(small, length));
    return await thread.digest();
  } catch {
    return undefined;
  } finally {
    await thread.dispose();
  }
}

/** On this thread, with a rest now and then. */
export async function hashHere(tensors: ReadonlyMap<string, StoredTensor>): Promise<string> {
  const hash = createHash("sha256");
  let sinceRest = 0;
  for (const bytes of partsOf(tensors)) {
    for (let first = 0; first < bytes.length; first += chunk) {
      const part = bytes.subarray(first, first + chunk);
      hash.update(part);
      sinceRest += part.length;
      if (sinceRest < chunk) continue;
      await setImmediate();
      sinceRest = 0;
    }
  }
  return hash.digest("hex");
}

/** The bytes that are hashed, in their order. */
function* partsOf(tensors: ReadonlyMap<string, StoredTensor>): Generator<Uint8Array> {
  for (const name of [...tensors.keys()].sort()) {
    const { dtype, shape, data } = tensors.get(name) as StoredTensor;
    yield new TextEncoder().encode(JSON.stringify([name, dtype, shape]));
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
