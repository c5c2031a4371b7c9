import { join } from "node:path";

/** What is to be fetched, and where it will lie. */
export interface DownloadSource {
  /** How the source is called in messages. */
  readonly label: string;
  readonly url: URL;
  /** Path below the cache. */
  readonly place: string;
  /** Host that may see the token; undefined for plain addresses. */
  readonly tokenHost: string | undefined;
}

interface Wanted {
  readonly file: string | undefined;
  readonly revision: string | undefined;
  readonly hub: string;
}

const repository = /^([\w][\w.-]{0,95})\/([\w][\w.-]{0,95})(?:@([^:]+))?(?::(.+))?$/;
const longestName = 150;

/** Reads `owner/name`, `owner/name@revision:file` or an address. */
export function downloadSource(source: string, { file, revision, hub }: Wanted): DownloadSource {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) {
    if (file !== undefined || revision !== undefined) {
      throw new RangeError(
        `downloadCheckpoint: file and revision must be left out for an address, got ${file ?? revision}`,
      );
    }
    return ofAddress(requireSafeUrl("source", source));
  }
  const match = repository.exec(source);
  if (match === null || source.includes("..")) {
    throw new RangeError(
      `downloadCheckpoint: source must be owner/name of a Hugging Face repository, with @revision and :file if need be, or an https address, got ${JSON.stringify(source)}`,
    );
  }
  const [, owner, name, inlineRevision, inlineFile] = match as unknown as [
    string,
    string,
    string,
    string?,
    string?,
  ];
  const path = requirePath("file", file ?? inlineFile ?? "model.safetensors");
  const version = requirePath("revision", revision ?? inlineRevision ?? "main").join("/");
  const base = requireSafeUrl("hub", hub);
  const root = base.href.replace(/\/$/, "");
  const url = `${root}/${owner}/${name}/resolve/${encodeURIComponent(version)}/${path.map(encodeURIComponent).join("/")}`;
  return {
    label: `${owner}/${name}@${version}:${path.join("/")}`,
    url: new URL(url),
    place: join("hub", `${owner}--${name}`, version.replaceAll("/", "--"), ...path),
    tokenHost: base.host,
  };
}

/** An address that is encrypted, or stays on this machine. */
export function requireSafeUrl(subject: string, text: string): URL {
  const url = parseUrl(text);
  if (url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))))
    return url;
  throw new RangeError(
    `downloadCheckpoint: ${subject} must be an https address (http only for this machine), got ${JSON.stringify(url === null ? text.slice(0, 200) : withoutSecrets(url))}`,
  );
}

/** An address, relative to another one if that is given; null if it is none. */
export function parseUrl(text: string, base?: URL): URL | null {
  return URL.canParse(text, base?.href) ? new URL(text, base) : null;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** The address without what may be a secret: user, password, query. */
export function withoutSecrets({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

function ofAddress(url: URL): DownloadSource {
  const last = decode(url.pathname.split("/").at(-1) ?? "");
  const name = last.replaceAll(/[^\w.+=@-]/g, "_").replace(/^[.-]+/, "");
  const folder = `${url.host}${url.pathname.slice(0, url.pathname.lastIndexOf("/"))}`;
  const place = folder
    .replaceAll(/[^\w.-]/g, "_")
    .replaceAll("..", "__")
    .slice(0, longestName);
  return {
    label: withoutSecrets(url),
    url,
    place: join("url", place, name.slice(-longestName) || "download"),
    tokenHost: undefined,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Parts of a path that stays below where it is put. */
function requirePath(subject: string, path: string): string[] {
  const parts = path.split("/");
  const isSafe = parts.every((part) => /^[\w+=@][\w.+=@ -]*$/.test(part) || /^\.[\w]/.test(part));
  if (isSafe && !path.includes("..") && path.length <= 2 * longestName && !path.includes("\\")) return parts;
  throw new RangeError(
    `downloadCheckpoint: ${subject} must be a relative path of letters, digits and . _ + = @ -, got ${JSON.stringify(path.slice(0, 200))}`,
  );
}
