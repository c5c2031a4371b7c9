import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { must } from "./run.mjs";

/** What a packed file may not be. */
const unwanted =
  /\.test\.|\.test-d\.|\.bench\.|(^|\/)(test|fixtures|example|simulations|bench|__snapshots__)\/|\.tsbuildinfo$/;

/** A copy of the tree as far as the release needs it: manifests, changesets, licences, READMEs, sources, what was built. */
async function copyTree(folder) {
  for (const name of ["package.json", "package-lock.json", ".changeset", "LICENSE"])
    await cp(name, join(folder, name), { recursive: true });
  for (const kind of ["packages", "examples"]) {
    for (const name of await readdir(kind)) {
      const skip = /\/(node_modules|fixtures|\.turbo)$/;
      await cp(join(kind, name), join(folder, kind, name), {
        recursive: true,
        filter: (path) => !skip.test(path),
      });
    }
  }
  await symlink(resolve("node_modules"), join(folder, "node_modules"), "junction");
  const git = ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost"];
  await must("git init", "git", ["init", "--quiet", "--initial-branch=main"], { cwd: folder });
  await must("git add", "git", ["add", ".changeset", "package.json"], { cwd: folder });
  await must("git commit", "git", [...git, "commit", "--quiet", "--message=start"], { cwd: folder });
}

function refuse(name, manifest, files) {
  const faults = files.map(({ path }) => path).filter((path) => unwanted.test(path));
  for (const wanted of ["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"])
    if (!files.some(({ path }) => path === wanted)) faults.push(`no ${wanted}`);
  for (const key of ["description", "keywords", "license", "repository", "homepage", "bugs", "engines"])
    if (manifest[key] === undefined) faults.push(`no ${key} in package.json`);
  if (manifest.publishConfig?.provenance !== true) faults.push("no provenance in publishConfig");
  for (const [other, range] of Object.entries(manifest.dependencies ?? {}))
    if (other.startsWith("@cxrkit/") && range !== `^${manifest.version}`) faults.push(`${other} ${range}`);
  if (faults.length > 0) throw new Error(`${name}: must be packed clean, got ${faults.join(", ")}`);
}

/**
 * Gives a copy of the tree the versions that its changesets ask for and packs each package as it would be published.
 *
 * @param folder - Empty folder for the copy and the packed files.
 * @returns By name: manifest, path and digests of the packed file, sizes in bytes, number of files.
 */
export async function packAll(folder) {
  const tree = join(folder, "tree");
  await mkdir(tree);
  await copyTree(tree);
  const pending = (await readdir(".changeset")).some((name) => name.endsWith(".md") && name !== "README.md");
  if (pending)
    await must("changeset version", join("node_modules", ".bin", "changeset"), ["version"], { cwd: tree });
  const packed = new Map();
  for (const folderName of (await readdir("packages")).sort()) {
    const cwd = join(tree, "packages", folderName);
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, "--loglevel=error"];
    const said = await must(`npm pack ${folderName}`, "npm", args, { cwd });
    const told = JSON.parse(said.slice(said.search(/^[[{]/m)));
    const { name, version, filename, size, unpackedSize, files } = Array.isArray(told)
      ? told[0]
      : Object.values(told)[0];
    const manifest = JSON.parse(await readFile(join(cwd, "package.json"), "utf8"));
    refuse(name, manifest, files);
    const path = join(folder, filename);
    const bytes = await readFile(path);
    const readme = await readFile(join(cwd, "README.md"), "utf8");
    packed.set(name, {
      name,
      version,
      manifest,
      readme,
      path,
      size,
      unpackedSize,
      numFiles: files.length,
      shasum: createHash("sha1").update(bytes).digest("hex"),
      integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
    });
  }
  await writeFile(join(folder, "packed.json"), JSON.stringify([...packed.keys()]));
  return packed;
}
