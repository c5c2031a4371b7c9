import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { type DownloadCheckpointOptions, downloadCheckpoint } from "./downloadCheckpoint.js";

const body = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 37 + (i >> 5)) % 251));
const sha256 = createHash("sha256").update(body).digest("hex");
const etag = '"version-1"';

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;
const servers: Server[] = [];
const seen: IncomingMessage[] = [];

/** A server on this machine; the address ends without a slash. */
async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    seen.push(request);
    handler(request, response, seen.length);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const root = await mkdtemp(join(tmpdir(), "cxrkit-download-"));
let folder = root;
let round = 0;
const waits: number[] = [];
beforeEach(async () => {
  folder = join(root, `${round++}`);
  await mkdir(folder);
  seen.length = 0;
  waits.length = 0;
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => rm(root, { recursive: true }));

const fetchFrom = (source: string, options: DownloadCheckpointOptions = {}) =>
  downloadCheckpoint(source, {
    cache: folder,
    environment: {},
    wait: async (ms) => void waits.push(ms),
    ...options,
  });

/** Answers as a careful server does: whole, or the range that was asked for if the version is still the same. */
const whole: Handler = (request, response) => {
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
  const isSame = request.headers["if-range"] === etag;
  if (range === null || !isSame) {
    response.writeHead(200, { "content-length": body.length, etag }).end(body);
    return;
  }
  const begin = Number(range[1]);
  const headers = { "content-range": `bytes ${begin}-${body.length - 1}/${body.length}`, etag };
  response.writeHead(206, { ...headers, "content-length": body.length - begin }).end(body.subarray(begin));
};

/** Bytes of the file that is being fetched, as they lie on the disk. */
function keptBytes(): number {
  const parts = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".part"));
  return Math.max(0, ...parts.map((name) => statSync(join(folder, name)).size));
}

/** Breaks the connection when so many bytes are on the disk, however slow the machine is. */
function breakOnceKept(response: ServerResponse, count: number): void {
  const timer = setInterval(() => {
    if (keptBytes() < count) return;
    clearInterval(timer);
    response.destroy();
  }, 5);
  response.on("close", () => clearInterval(timer));
}

/** Sends the first bytes of the whole file and breaks the connection. */
const breakAfter =
  (count: number, headers: Record<string, string> = { etag }): Handler =>
  (_request, response) => {
    response.writeHead(200, { "content-length": body.length, ...headers });
    response.write(body.subarray(0, count), () => breakOnceKept(response, count));
  };

const inTurn =
  (...handlers: readonly Handler[]): Handler =>
  (request, response, count) =>
    (handlers[Math.min(count, handlers.length) - 1] as Handler)(request, response, count);

test("a file comes whole, is hashed, and is there the next time without a question", async () => {
  const base = await serve(whole);
  const progress: number[] = [];
  const first = await fetchFrom(`${base}/weights/model.safetensors?x=1`, {
    sha256: sha256.toUpperCase(),
    onProgress: ({ received, total }) => {
      expect(total).toBe(body.length);
      progress.push(received);
    },
  });
  expect(first).toMatchObject({ sha256, bytes: body.length, fromCache: false, verifiedBy: "argument" });
  expect(first.path.startsWith(folder)).toBe(true);
  expect(first.path.endsWith("model.safetensors")).toBe(true);
  expect(readFileSync(first.path).equals(body)).toBe(true);
  expect(progress.at(-1)).toBe(body.length);
  expect(readdirSync(dirname(first.path)).sort()).toEqual([
    "model.safetensors",
    "model.safetensors.download.json",
  ]);
  const second = await fetchFrom(`${base}/weights/model.safetensors?x=1`, { offline: true });
  expect(second).toMatchObject({ path: first.path, sha256, fromCache: true, verifiedBy: "argument" });
  expect(seen).toHaveLength(1);
});

test("a connection that breaks is taken up where it broke", async () => {
  const base = await serve(inTurn(breakAfter(1234), whole));
  const { path } = await fetchFrom(`${base}/a.pth`, { sha256 });
  expect(readFileSync(path).equals(body)).toBe(true);
  expect(seen[1]?.headers).toMatchObject({ range: "bytes=1234-", "if-range": etag });
  expect(waits).toEqual([500]);
});

test("what came is taken up by a later call, after the first gave up", async () => {
  const base = await serve(inTurn(breakAfter(2000), whole));
  await expect(fetchFrom(`${base}/a.pth`, { retries: 0 })).rejects.toThrow(
    /a\.pth must arrive within 1 attempts, got .*; what came is kept, the same call goes on from there/,
  );
  await fetchFrom(`${base}/a.pth`, { sha256 });
  expect(seen[1]?.headers.range).toBe("bytes=2000-");
});

test("a part without a strong tag is not taken up", async () => {
  for (const headers of [{}, { etag: 'W/"weak"' }]) {
    seen.length = 0;
    const base = await serve(inTurn(breakAfter(1234, headers as Record<string, string>), whole));
    await fetchFrom(`${base}/${seen.length}${Object.keys(headers).length}.pth`, { sha256 });
    expect(seen[1]?.headers.range).toBeUndefined();
  }
});

test("a server that ignores the range sends the whole file, and the whole file is taken", async () => {
  const ignoring: Handler = (_request, response) =>
    response.writeHead(200, { "content-length": body.length, etag }).end(body);
  const base = await serve(inTurn(breakAfter(1234), ignoring));
  const { path } = await fetchFrom(`${base}/a.pth`);
  expect(readFileSync(path).equals(body)).toBe(true);
});

test("a file that changed in between is fetched anew", async () => {
  const other = Buffer.from(body.map((byte) => byte ^ 1));
  const changed: Handler = (_request, response) =>
    response.writeHead(200, { "content-length": other.length, etag: '"version-2"' }).end(other);
  const base = await serve(inTurn(breakAfter(1234), changed));
  const { path } = await fetchFrom(`${base}/a.pth`);
  expect(readFileSync(path).equals(other)).toBe(true);
});

test.each<[string, Record<string, string>]>([
  ["another range than the one asked for", { "content-range": `bytes 0-4999/5000`, etag }],
  ["a range that does not reach the end", { "content-range": `bytes 1234-2000/5000`, etag }],
  ["no range at all", { etag }],
  ["a part of another version", { "content-range": `bytes 1234-4999/5000`, etag: '"version-2"' }],
])("%s is not appended", async (_title, headers) => {
  const wrong: Handler = (_request, response) => response.writeHead(206, headers).end(body.subarray(0, 3766));
  const base = await serve(inTurn(breakAfter(1234), wrong, whole));
  const { path } = await fetchFrom(`${base}/a.pth`);
  expect(readFileSync(path).equals(body)).toBe(true);
  expect(seen[2]?.headers.range).toBeUndefined();
});

test("a part that is damaged on the disk is found by the hash, and fetched anew once", async () => {
  const base = await serve(inTurn(breakAfter(2000), whole));
  await expect(fetchFrom(`${base}/a.pth`, { retries: 0 })).rejects.toThrow();
  const [part] = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".part"));
  await writeFile(join(folder, part as string), Buffer.alloc(2000));
  const { path } = await fetchFrom(`${base}/a.pth`, { sha256 });
  expect(readFileSync(path).equals(body)).toBe(true);
  expect(seen.map(({ headers }) => headers.range)).toEqual([undefined, "bytes=2000-", undefined]);
});

test("a part that is complete already is recognised", async () => {
  const beyond: Handler = (_request, response) =>
    response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
  const base = await serve(inTurn(breakAfter(2000), beyond));
  await expect(fetchFrom(`${base}/a.pth`, { retries: 0 })).rejects.toThrow();
  const [part] = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".part"));
  await writeFile(join(folder, part as string), body);
  expect(await fetchFrom(`${base}/a.pth`)).toMatchObject({ sha256, bytes: body.length });
});

test("a range that does not exist begins anew", async () => {
  const beyond: Handler = (_request, response) =>
    response.writeHead(416, { "content-range": "bytes */100" }).end();
  const base = await serve(inTurn(breakAfter(2000), beyond, whole));
  expect(await fetchFrom(`${base}/a.pth`)).toMatchObject({ sha256 });
});

test("other bytes than promised are refused and removed", async () => {
  const base = await serve(whole);
  await expect(fetchFrom(`${base}/a.pth`, { sha256: "0".repeat(64) })).rejects.toThrow(
    `a.pth must have SHA-256 ${"0".repeat(64)}, got ${sha256}; what came is removed`,
  );
  expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes("a.pth"))).toEqual(
    [],
  );
});

test("a length that the server does not keep is tried again and then refused", async () => {
  const short: Handler = (_request, response) => {
    response.writeHead(200, { "content-length": body.length + 10, etag });
    response.write(body, () => breakOnceKept(response, body.length));
  };
  const base = await serve(short);
  await expect(fetchFrom(`${base}/a.pth`, { retries: 2 })).rejects.toThrow("must arrive within 3 attempts");
  expect(waits).toEqual([500, 1000]);
});

test("a file beyond the bound is refused before it is taken, and while it is taken if its length is not said", async () => {
  const base = await serve(whole);
  await expect(fetchFrom(`${base}/a.pth`, { maxBytes: 4999 })).rejects.toThrow(
    "must have at most 4999 bytes (maxBytes), got 5000",
  );
  const chunked = await serve((_request, response) => {
    response.writeHead(200, { etag });
    response.write(body);
    response.end(body);
  });
  await expect(fetchFrom(`${chunked}/a.pth`, { maxBytes: 6000 })).rejects.toThrow(
    "must have at most 6000 bytes, got more",
  );
  expect((await fetchFrom(`${chunked}/b.pth`, { maxBytes: 10_000 })).bytes).toBe(10_000);
});

test.each([401, 403, 404, 410, 400, 418])("HTTP %i is final", async (status) => {
  const base = await serve((_request, response) => response.writeHead(status).end("no"));
  await expect(fetchFrom(`${base}/a.pth?signature=secret`)).rejects.toThrow(
    `a.pth must be there to be read, got HTTP ${status} from ${base}/a.pth`,
  );
  await expect(fetchFrom(`${base}/a.pth?signature=secret`)).rejects.not.toThrow("secret");
  expect(waits).toEqual([]);
});

test("a busy server is asked again, when it wants to be asked or with growing patience", async () => {
  const busy =
    (status: number, headers: Record<string, string> = {}): Handler =>
    (_request, response) =>
      response.writeHead(status, headers).end();
  const base = await serve(inTurn(busy(429, { "retry-after": "7" }), busy(500), busy(503), whole));
  expect(await fetchFrom(`${base}/a.pth`)).toMatchObject({ sha256 });
  expect(waits).toEqual([7000, 1000, 2000]);
  const never = await serve(busy(429, { "retry-after": "86400" }));
  await expect(fetchFrom(`${never}/a.pth`, { retries: 1 })).rejects.toThrow(
    "within 2 attempts, got HTTP 429",
  );
  expect(waits.at(-1)).toBe(60_000);
});

test("a server that is not there is named with the system's reason", async () => {
  const base = await serve(whole);
  const server = servers.pop() as Server;
  await new Promise((resolve) => server.close(resolve));
  await expect(fetchFrom(`${base}/a.pth`, { retries: 1 })).rejects.toThrow(
    /within 2 attempts, got .*ECONNREFUSED/,
  );
  expect(waits).toEqual([500]);
});

test("redirections that go in a circle, nowhere, or away from where they may go are refused", async () => {
  const base = await serve((request, response) => {
    const location = new Map([
      ["/circle", "/circle"],
      ["/away", "http://example.org/a.pth"],
      ["/file", "file:///etc/passwd"],
      ["/bad", "http://[bad"],
    ]).get(request.url as string);
    response.writeHead(302, location === undefined ? {} : { location }).end();
  });
  await expect(fetchFrom(`${base}/circle`)).rejects.toThrow(
    "must lead to a file, got more than 5 redirections",
  );
  await expect(fetchFrom(`${base}/away`)).rejects.toThrow(
    'redirection must be an https address (http only for this machine), got "http://example.org/a.pth"',
  );
  await expect(fetchFrom(`${base}/file`)).rejects.toThrow("redirection must be an https address");
  await expect(fetchFrom(`${base}/bad`)).rejects.toThrow("must redirect to an address, got no valid one");
  await expect(fetchFrom(`${base}/none`)).rejects.toThrow("must redirect to an address, got none");
  expect(waits).toEqual([]);
});

/** A hub as it answers for a large file: a redirection that names hash, length and commit. */
async function serveHub(promised: string = sha256, size: number = body.length): Promise<string> {
  const storage = await serve(whole);
  return await serve((_request, response) => {
    const location = `${storage.replace("127.0.0.1", "localhost")}/blob`;
    const headers = {
      "x-linked-etag": `"${promised}"`,
      "x-linked-size": `${size}`,
      "x-repo-commit": "c0ffee",
    };
    response.writeHead(302, { location, ...headers }).end();
  });
}

test("a repository's file is checked against the hub's hash, and the token stays with the hub", async () => {
  const hub = await serveHub();
  const environment = { HF_ENDPOINT: hub, HF_TOKEN: "hf_secret" };
  const found = await fetchFrom("facebook/dinov2-base", { environment });
  expect(found).toMatchObject({ sha256, verifiedBy: "hub", commit: "c0ffee" });
  expect(found.path).toBe(join(folder, "hub", "facebook--dinov2-base", "main", "model.safetensors"));
  expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ["/facebook/dinov2-base/resolve/main/model.safetensors", "Bearer hf_secret"],
    ["/blob", undefined],
  ]);
  const other = await fetchFrom("facebook/dinov2-base@refs/pr/1:onnx/model.bin", { environment });
  expect(other.path).toBe(join(folder, "hub", "facebook--dinov2-base", "refs--pr--1", "onnx", "model.bin"));
  expect(seen[2]?.url).toBe("/facebook/dinov2-base/resolve/refs%2Fpr%2F1/onnx/model.bin");
});

test("the token is not sent to plain addresses", async () => {
  const base = await serve(whole);
  await fetchFrom(`${base}/a.pth`, { environment: { HF_TOKEN: "hf_secret" } });
  expect(seen[0]?.headers.authorization).toBeUndefined();
});

test("a file that is not what the hub promised is refused", async () => {
  const lying = await serveHub("1".repeat(64));
  await expect(fetchFrom("a/b", { environment: { HF_ENDPOINT: lying } })).rejects.toThrow(
    `a/b@main:model.safetensors must have SHA-256 ${"1".repeat(64)}, got ${sha256}`,
  );
  const longer = await serveHub(sha256, 6000);
  await expect(fetchFrom("a/b", { environment: { HF_ENDPOINT: longer } })).rejects.toThrow(
    "must have one length, got 6000 from the hub and 5000 from the file",
  );
});

test("a repository that is closed says how to open it", async () => {
  const hub = await serve((_request, response) => response.writeHead(401).end());
  await expect(fetchFrom("facebook/dinov3", { environment: { HF_ENDPOINT: hub } })).rejects.toThrow(
    "got HTTP 401 from",
  );
  await expect(fetchFrom("facebook/dinov3", { environment: { HF_ENDPOINT: hub } })).rejects.toThrow(
    "accept its terms on its page and set HF_TOKEN",
  );
  await expect(
    fetchFrom("facebook/dinov3", { environment: { HF_ENDPOINT: hub, HF_TOKEN: "hf_secret" } }),
  ).rejects.toThrow("the token in HF_TOKEN does not allow it");
});

test("a slow server is left when the signal says so, and what came is kept", async () => {
  const base = await serve((_request, response) => {
    response.writeHead(200, { "content-length": body.length, etag });
    response.write(body.subarray(0, 1000));
  });
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error("enough"));
  await expect(fetchFrom(`${base}/a.pth`, { signal: stop.signal, onProgress })).rejects.toThrow("enough");
  const names = readdirSync(folder, { recursive: true }).map(String);
  expect(names.some((name) => name.endsWith("a.pth.part"))).toBe(true);
  expect(names.some((name) => name.endsWith(".lock"))).toBe(false);
  await expect(
    fetchFrom(`${base}/a.pth`, { signal: AbortSignal.abort(new Error("before")) }),
  ).rejects.toThrow("before");
});

test("a server that falls silent counts as broken", async () => {
  const silent: Handler = (_request, response) => {
    response.writeHead(200, { "content-length": body.length, etag });
    response.write(body.subarray(0, 1000));
  };
  const base = await serve(inTurn(silent, whole));
  expect(await fetchFrom(`${base}/a.pth`, { idleTimeoutMs: 1500 })).toMatchObject({ sha256 });
  expect(seen[1]?.headers.range).toBe("bytes=1000-");
});

test.each([["CXRKIT_OFFLINE"], ["HF_HUB_OFFLINE"]])(
  "offline (%s) nothing is asked, and the command that fetches the file by hand is shown",
  async (name) => {
    const path = join(folder, "hub", "facebook--dinov2-base", "main", "model.safetensors");
    const url = "https://huggingface.co/facebook/dinov2-base/resolve/main/model.safetensors";
    const error = `downloadCheckpoint: facebook/dinov2-base@main:model.safetensors must be in the cache when offline, got no file; fetch it where there is a network: curl -L --fail --create-dirs -o '${path}' '${url}'`;
    await expect(fetchFrom("facebook/dinov2-base", { environment: { [name]: "1" } })).rejects.toThrow(error);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
    const found = await fetchFrom("facebook/dinov2-base", { environment: { [name]: "1" }, sha256 });
    expect(found).toMatchObject({ path, sha256, fromCache: true, verifiedBy: "argument" });
    await writeFile(path, Buffer.alloc(10));
    await expect(fetchFrom("facebook/dinov2-base", { environment: { [name]: "1" }, sha256 })).rejects.toThrow(
      `in the cache must have SHA-256 ${sha256}, got `,
    );
  },
);

test.each<[string, DownloadCheckpointOptions, string]>([
  [
    "ftp://example.org/a",
    {},
    'source must be an https address (http only for this machine), got "ftp://example.org/a"',
  ],
  ["http://example.org/a?token=1", {}, 'got "http://example.org/a"'],
  ["https://", {}, "source must be an https address"],
  ["name", {}, "source must be owner/name of a Hugging Face repository"],
  ["../../etc", {}, "source must be owner/name"],
  ["a/..", {}, "source must be owner/name"],
  ["a/b", { file: "../c" }, 'file must be a relative path of letters, digits and . _ + = @ -, got "../c"'],
  ["a/b", { file: "/etc/passwd" }, 'got "/etc/passwd"'],
  ["a/b", { file: "a\\b" }, "file must be a relative path"],
  ["a/b", { file: "a//b" }, "file must be a relative path"],
  ["a/b", { revision: "../main" }, "revision must be a relative path"],
  ["https://example.org/a", { file: "b" }, "file and revision must be left out for an address, got b"],
  ["a/b", { sha256: "abc" }, 'sha256 must be 64 hexadecimal digits, got "abc"'],
  ["a/b", { maxBytes: 0 }, "maxBytes must be an integer of at least 1, got 0"],
  ["a/b", { retries: 1.5 }, "retries must be an integer of at least 0, got 1.5"],
  ["a/b", { environment: { HF_ENDPOINT: "http://example.org" } }, "hub must be an https address"],
])("%s with %o is refused before anything is asked", async (source, options, message) => {
  await expect(fetchFrom(source, { offline: true, ...options })).rejects.toThrow(message);
});

test("names of files in addresses cannot leave the cache", async () => {
  const base = await serve(whole);
  for (const path of [
    "/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/a/..%5c..%5cb.pth",
    "/.bashrc",
    "/",
    "/a%00b.pth",
    "/%zz",
  ]) {
    const found = await fetchFrom(base + path);
    expect(found.path.startsWith(`${folder}/url/`)).toBe(true);
    expect(found.path.slice(folder.length)).toMatch(/^\/url\/[\w.-]+\/[\w+=@-][\w.+=@-]*$/);
    expect(existsSync(found.path)).toBe(true);
  }
});

test("two calls at once do not write into one file", async () => {
  const base = await serve((request, response, count) => {
    setTimeout(() => whole(request, response, count), 100);
  });
  const both = await Promise.allSettled([fetchFrom(`${base}/a.pth`), fetchFrom(`${base}/a.pth`)]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const failed = both.find(({ status }) => status === "rejected") as PromiseRejectedResult;
  expect(failed.reason.message).toContain("which fetches the same file; wait for it, or remove the lock");
});

test("a lock that is not named yet is held, and one that never was is taken over", async () => {
  const base = await serve(whole);
  const { path } = await fetchFrom(`${base}/a.pth`);
  await rm(path);
  await writeFile(`${path}.lock`, "");
  await expect(fetchFrom(`${base}/a.pth`)).rejects.toThrow("got one of process not yet named");
  await utimes(`${path}.lock`, new Date(0), new Date(0));
  expect((await fetchFrom(`${base}/a.pth`)).fromCache).toBe(false);
});

test("a lock of a process that is gone is taken over", async () => {
  const base = await serve(whole);
  const { path } = await fetchFrom(`${base}/a.pth`);
  await rm(path);
  await writeFile(`${path}.lock`, "999999999");
  expect((await fetchFrom(`${base}/a.pth`)).fromCache).toBe(false);
});

test("the proxy of the environment is used, except for hosts that are to be asked directly", async () => {
  const base = await serve(whole);
  const tunnels: string[] = [];
  const proxy = createServer((request, response) => {
    tunnels.push(request.url as string);
    whole(request, response, 1);
  });
  proxy.on("connect", (request, socket) => {
    tunnels.push(request.url as string);
    const [host, port] = (request.url as string).split(":") as [string, string];
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  servers.push(proxy);
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  expect(await fetchFrom(`${base}/a.pth`, { environment: { HTTP_PROXY: address } })).toMatchObject({
    sha256,
  });
  expect(tunnels).toHaveLength(1);
  expect(tunnels[0]).toContain(base.slice("http://".length));
  const environment = { HTTP_PROXY: address, NO_PROXY: "127.0.0.1" };
  expect(await fetchFrom(`${base}/b.pth`, { environment })).toMatchObject({ sha256 });
  expect(tunnels).toHaveLength(1);
});
