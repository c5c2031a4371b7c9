import { createHash } from "node:crypto";
import type { InferenceSession } from "onnxruntime-node";

/** A session that may have other users. */
interface SharedSession {
  /** The session; it keeps no state between runs. */
  readonly session: InferenceSession;
  /** Says that this user is done; the last one releases the session. */
  readonly release: () => void;
}

/** Gives a session for a model, one that is there already if it has the same bytes. */
export type SessionCache = (
  model: Uint8Array,
  options?: InferenceSession.SessionOptions,
) => Promise<SharedSession>;

/**
 * Lets steps whose models are equal byte for byte share one session and its memory for intermediate results.
 *
 * Only the bytes decide: a step is a closure, so two calls of one function may record different graphs, and two functions
 * the same. A session without users is released at once, because it may hold gigabytes.
 *
 * @param create - Makes a session for a model; its options must follow from the model alone.
 */
export function createSessionCache(
  create: (model: Uint8Array, options?: InferenceSession.SessionOptions) => Promise<InferenceSession>,
): SessionCache {
  const known = new Map<string, { readonly session: Promise<InferenceSession>; users: number }>();
  return async (model, options) => {
    const key = createHash("sha256").update(model).digest("hex");
    const entry = known.get(key) ?? { session: create(model, options), users: 0 };
    known.set(key, entry);
    entry.users++;
    const leave = (): boolean => {
      entry.users--;
      if (entry.users > 0) return false;
      known.delete(key);
      return true;
    };
    try {
      const session = await entry.session;
      return { session, release: () => void (leave() && session.release()) };
    } catch (cause) {
      leave();
      throw cause;
    }
  };
}
