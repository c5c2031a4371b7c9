import { parseUrl, requireSafeUrl, withoutSecrets } from "./_downloadSource.js";
import type { Fetch } from "./_httpFetch.js";

/** An answer, with what the hosts on the way to it said of the file. */
export interface Answer {
  readonly response: Response;
  /** SHA-256 of the whole file, where a host gave it. */
  readonly sha256: string | undefined;
  /** Bytes of the whole file, where a host on the way gave it. */
  readonly size: number | undefined;
  /** Commit of the repository, where a host gave it. */
  readonly commit: string | undefined;
}

interface Request {
  readonly fetch: Fetch;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent to one host only. */
  readonly token: { readonly host: string; readonly value: string } | undefined;
  readonly signal: AbortSignal;
}

/** An answer that trying again does not change. */
export class RefusedError extends Error {}

const mostRedirects = 5;
const redirects = [301, 302, 303, 307, 308];

/** Follows redirections by hand, so that no token leaves its host and no step is unencrypted. */
export async function request(start: URL, { fetch, headers, token, signal }: Request): Promise<Answer> {
  let url = start;
  let [sha256, commit]: (string | undefined)[] = [];
  let size: number | undefined;
  for (let step = 0; step <= mostRedirects; step++) {
    const authorised = token !== undefined && url.host === token.host;
    const response = await fetch(url, {
      headers: {
        ...headers,
        "accept-encoding": "identity",
        ...(authorised ? { authorization: `Bearer ${token.value}` } : {}),
      },
      redirect: "manual",
      signal,
    });
    const linked = /^"?([0-9a-f]{64})"?$/.exec(response.headers.get("x-linked-etag") ?? "")?.[1];
    sha256 ??= linked;
    commit ??= response.headers.get("x-repo-commit") ?? undefined;
    size ??= countOf(response.headers.get("x-linked-size"));
    if (!redirects.includes(response.status)) return { response, sha256, size, commit };
    await response.body?.cancel();
    url = nextOf(url, response.headers.get("location"));
  }
  throw new RefusedError(
    `downloadCheckpoint: ${withoutSecrets(start)} must lead to a file, got more than ${mostRedirects} redirections`,
  );
}

function nextOf(url: URL, location: string | null): URL {
  const next = location === null ? null : parseUrl(location, url);
  if (next === null) {
    throw new RefusedError(
      `downloadCheckpoint: ${withoutSecrets(url)} must redirect to an address, got ${location === null ? "none" : "no valid one"}`,
    );
  }
  if (url.protocol === "https:" && next.protocol !== "https:") {
    throw new RefusedError(
      `downloadCheckpoint: ${withoutSecrets(url)} must not redirect away from https, got ${withoutSecrets(next)}`,
    );
  }
  try {
    return requireSafeUrl("redirection", next.href);
  } catch (cause) {
    throw new RefusedError((cause as Error).message, { cause });
  }
}

/** A header that is a count; undefined when it is none. */
export function countOf(text: string | null | undefined): number | undefined {
  const count = text && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(count) ? count : undefined;
}
