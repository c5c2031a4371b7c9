import { appendToPart, beginPart, discardPart, type Part } from "./_downloadPart.js";
import { type DownloadSource, withoutSecrets } from "./_downloadSource.js";
import type { Fetch } from "./_httpFetch.js";
import { type Answer, countOf, RefusedError, request } from "./_httpRequest.js";

/** What every attempt needs. */
export interface AttemptContext {
  readonly source: DownloadSource;
  readonly fetch: Fetch;
  readonly token: string | undefined;
  readonly maxBytes: number;
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: { received: number; total: number | undefined }) => void) | undefined;
}

/** A file that is there in full, as far as its host says. */
export interface Fetched {
  readonly etag: string | undefined;
  readonly sha256: string | undefined;
  readonly commit: string | undefined;
}

/** An answer after which the same request may succeed; `afterMs` is when its host wants to be asked again. */
export class RetryError extends Error {
  readonly afterMs: number | undefined;
  constructor(
    message: string,
    options: { readonly cause?: unknown; readonly afterMs?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.afterMs = options.afterMs;
  }
}

/** Asks once for what is not there yet, and takes what comes. */
export async function attempt(part: Part, context: AttemptContext): Promise<Fetched> {
  const idle = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, idle.signal]) : idle.signal;
  const stalled = () =>
    idle.abort(new RetryError(`nothing came for ${context.idleTimeoutMs / 1000} seconds`));
  let timer = setTimeout(stalled, context.idleTimeoutMs);
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(stalled, context.idleTimeoutMs);
  };
  try {
    const answer = await request(context.source.url, {
      fetch: context.fetch,
      headers: rangeOf(part),
      token: tokenOf(context),
      signal,
    });
    return await take(answer, part, context, restart);
  } catch (cause) {
    context.signal?.throwIfAborted();
    if (idle.signal.aborted) throw idle.signal.reason;
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

function rangeOf({ length, etag }: Part): Record<string, string> {
  return length > 0 && etag !== undefined ? { range: `bytes=${length}-`, "if-range": etag } : {};
}

function tokenOf({ source: { tokenHost }, token }: AttemptContext) {
  return tokenHost === undefined || token === undefined ? undefined : { host: tokenHost, value: token };
}

async function take(
  answer: Answer,
  part: Part,
  context: AttemptContext,
  onBytes: () => void,
): Promise<Fetched> {
  const { response, sha256, commit } = answer;
  const { status, headers } = response;
  const etag = strongTag(headers.get("etag"));
  if (
    status === 416 &&
    /^bytes \*\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1] === `${part.length}`
  ) {
    await response.body?.cancel();
    return { etag: part.etag, sha256, commit };
  }
  if (status !== 200 && status !== 206) return await refuse(answer, part, context);
  const coding = headers.get("content-encoding") ?? "identity";
  const { total, resumed } = status === 206 ? rangeTotal(response, part, etag) : wholeTotal(response);
  const known = answer.size ?? total;
  const problem = lengthProblem(total, known, context.maxBytes);
  if (coding !== "identity") throw new RefusedError(`${subject(context)} must come as it is, got ${coding}`);
  if (problem !== undefined) throw new RefusedError(`${subject(context)} must ${problem}`);
  const current = resumed ? part : await beginPart(part.path, context.source.url.href, etag);
  let received = current.length;
  await appendToPart(current, response.body ?? new ReadableStream(), (count) => {
    onBytes();
    received += count;
    const most = known ?? context.maxBytes;
    if (received > most)
      throw new RefusedError(`${subject(context)} must have at most ${most} bytes, got more`);
    context.onProgress?.({ received, total: known });
  });
  if (known !== undefined && received < known) {
    throw new RetryError(`the connection ended after ${received} of ${known} bytes`);
  }
  return { etag, sha256, commit };
}

const subject = ({ source }: AttemptContext) => `downloadCheckpoint: ${source.label}`;

function lengthProblem(
  total: number | undefined,
  known: number | undefined,
  most: number,
): string | undefined {
  if ((known ?? 0) > most) return `have at most ${most} bytes (maxBytes), got ${known}`;
  if (total !== undefined && total !== known)
    return `have one length, got ${known} from the hub and ${total} from the file`;
  return undefined;
}

function wholeTotal({ headers }: Response): { total: number | undefined; resumed: boolean } {
  return { total: countOf(headers.get("content-length")), resumed: false };
}

/** What a partial answer says must be what was asked for; else the next attempt begins anew. */
function rangeTotal(
  { headers }: Response,
  part: Part,
  etag: string | undefined,
): { total: number; resumed: boolean } {
  const text = headers.get("content-range") ?? "none";
  const [, begin, end, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(text) ?? [];
  const isAsked = Number(begin) === part.length && Number(end) === Number(total) - 1 && part.length > 0;
  if (isAsked && (etag === undefined || etag === part.etag)) return { total: Number(total), resumed: true };
  const got = isAsked ? `another version (${etag})` : `the range "${text}"`;
  throw new RangeMismatch(`the rest from byte ${part.length} was asked for, and ${got} came`);
}

/** The part does not fit what the host has now. */
export class RangeMismatch extends RetryError {}

async function refuse({ response }: Answer, part: Part, context: AttemptContext): Promise<never> {
  const { status, headers } = response;
  await response.body?.cancel();
  if (status === 416) {
    await discardPart(part.path);
    throw new RetryError("HTTP 416, the range is not there");
  }
  if ([408, 425, 429, 500, 502, 503, 504].includes(status)) {
    throw new RetryError(`HTTP ${status}`, { afterMs: afterOf(headers.get("retry-after")) });
  }
  throw new RefusedError(
    `${subject(context)} must be there to be read, got HTTP ${status} from ${withoutSecrets(context.source.url)}${adviceOf(status, context)}`,
  );
}

function adviceOf(status: number, { source: { tokenHost }, token }: AttemptContext): string {
  const isHub = tokenHost !== undefined;
  if (status === 404 || status === 410) return isHub ? "; look up repository, revision and file name" : "";
  if ((status === 401 || status === 403) && isHub) {
    return token === undefined
      ? "; it may not exist or need an account: accept its terms on its page and set HF_TOKEN"
      : "; the token in HF_TOKEN does not allow it: accept the terms on its page, or renew the token";
  }
  return "";
}

function afterOf(text: string | null): number | undefined {
  const seconds = countOf(text);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Only a strong tag says that two answers have the same bytes. */
function strongTag(text: string | null): string | undefined {
  return text !== null && /^"[\x21\x23-\x7e]{1,200}"$/.test(text) ? text : undefined;
}
