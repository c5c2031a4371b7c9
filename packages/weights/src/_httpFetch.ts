/** What a download asks of the `fetch` function; the global one is one. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Fetch that goes through the proxies of the environment, or directly if it names none. */
export async function fetchOf(environment: Environment): Promise<Fetch> {
  const read = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? "";
  const [httpProxy, httpsProxy, noProxy] = [read("HTTP_PROXY"), read("HTTPS_PROXY"), read("NO_PROXY")];
  if (httpProxy === "" && httpsProxy === "") return (url, init) => fetch(url, init);
  const { EnvHttpProxyAgent, fetch: fetchThrough } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent({ httpProxy, httpsProxy, noProxy });
  return (url, init) => fetchThrough(url, { ...init, dispatcher } as never) as unknown as Promise<Response>;
}
