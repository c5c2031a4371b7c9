import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";

function packument({ name, version, manifest, path, shasum, integrity }, address) {
  const dist = { tarball: `${address}/tarballs/${basename(path)}`, shasum, integrity };
  const described = { ...manifest, _id: `${name}@${version}`, dist };
  return { name, "dist-tags": { latest: version }, versions: { [version]: described } };
}

/**
 * A registry on loopback for the scope of the packed packages and nothing else; a project asks it by
 * `@cxrkit:registry=<address>` in its `.npmrc` and takes every other package from wherever npm is set to.
 *
 * @returns Address without a slash at its end, and what closes it.
 */
export async function serveRegistry(packed) {
  const tarballs = new Map([...packed.values()].map((one) => [`/tarballs/${basename(one.path)}`, one.path]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "/").split("?")[0];
    const tarball = tarballs.get(path);
    if (tarball !== undefined) {
      createReadStream(tarball).pipe(response);
      return;
    }
    const found = packed.get(path.slice(1));
    response.writeHead(found ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(found ? packument(found, address) : { error: `${path} is not here` }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${server.address().port}`;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { address, close };
}
