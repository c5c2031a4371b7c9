import { type AttemptContext, attempt, type Fetched, RangeMismatch, RetryError } from "./_downloadAttempt.js";
import { discardPart, openPart } from "./_downloadPart.js";
import { RefusedError } from "./_httpRequest.js";

interface Patience {
  readonly retries: number;
  readonly wait: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

const firstWaitMs = 500;
const longestWaitMs = 60_000;
/** Bytes after which an attempt counts as progress, and the count of failures begins anew. */
const progressBytes = 2 ** 20;

/** Asks again, and goes on where it broke off, until the file is there or patience is at its end. */
export async function downloadToPart(
  path: string,
  context: AttemptContext,
  { retries, wait }: Patience,
): Promise<Fetched> {
  const url = context.source.url.href;
  for (let failures = 0; ; ) {
    context.signal?.throwIfAborted();
    const part = await openPart(path, url);
    try {
      return await attempt(part, context);
    } catch (cause) {
      context.signal?.throwIfAborted();
      if (cause instanceof RefusedError || isFromDisk(cause)) throw cause;
      if (cause instanceof RangeMismatch) await discardPart(path);
      const { length } = await openPart(path, url);
      failures = length >= part.length + progressBytes ? 1 : failures + 1;
      if (failures > retries) throw givenUp(context, retries, cause);
      const asked = cause instanceof RetryError ? cause.afterMs : undefined;
      await wait(Math.min(asked ?? firstWaitMs * 2 ** (failures - 1), longestWaitMs), context.signal);
    }
  }
}

/** No space, no right to write: trying again does not help. */
function isFromDisk(cause: unknown): boolean {
  return cause instanceof Error && "syscall" in cause && "path" in cause;
}

function givenUp({ source }: AttemptContext, retries: number, cause: unknown): Error {
  return new Error(
    `downloadCheckpoint: ${source.label} must arrive within ${retries + 1} attempts, got ${reasonOf(cause)}; what came is kept, the same call goes on from there`,
    { cause },
  );
}

/** The innermost reason: fetch only says that it failed. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { cause: inner } = cause;
  if (inner instanceof Error) return reasonOf(inner);
  const { code } = cause as { readonly code?: unknown };
  return typeof code === "string" && !cause.message.includes(code)
    ? `${cause.message} (${code})`
    : cause.message;
}
