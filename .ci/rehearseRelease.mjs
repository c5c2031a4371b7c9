// Rehearses a release, after the build: versions and packs all packages in a copy, serves them on loopback, installs each alone in
// an empty project, compiles and runs its README's example there, and tries what a consumer may do otherwise. Ends with the sizes.
// "node .ci/rehearseRelease.mjs metrics statistics" takes some packages only; "--quick" leaves out other engines and Nodes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkBundles } from "./rehearsal/checkBundles.mjs";
import { checkTypes, makeProject, runExample } from "./rehearsal/consume.mjs";
import { otherEngines } from "./rehearsal/otherEngines.mjs";
import { packAll } from "./rehearsal/packAll.mjs";
import { rehearseRuntime } from "./rehearsal/rehearseRuntime.mjs";
import { serveRegistry } from "./rehearsal/serveRegistry.mjs";

const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const quick = process.argv.includes("--quick");
const begin = performance.now();
const say = (text) =>
  console.log(`${((performance.now() - begin) / 1000).toFixed(0).padStart(4)} s  ${text}`);
const short = (name) => name.slice("@cxrkit/".length);

const folder = await mkdtemp(join(tmpdir(), "cxrkit-rehearsal-"));
let registry;
try {
  const packed = await packAll(folder);
  say(`${packed.size} packages packed as ${[...packed.values()][0].version}, without tests and fixtures`);
  registry = await serveRegistry(packed);
  const tried = [...packed.values()].filter(
    ({ name }) => wanted.length === 0 || wanted.includes(short(name)),
  );
  const projects = new Map();
  for (const one of tried) {
    // The CUDA libraries of onnxruntime-node are hundreds of megabytes and none of the packages needs them.
    const env = { ONNXRUNTIME_NODE_INSTALL: "skip" };
    const project = await makeProject(join(folder, short(one.name)), one, registry.address, { env });
    const ways = await checkTypes(project.folder);
    const seen = await runExample(project.folder);
    projects.set(short(one.name), project.folder);
    say(`${one.name} alone: its example gives ${seen.join(", ")}; types under ${ways.join(", ")}`);
  }
  await checkBundles(projects, folder, say);
  if (!quick) await otherEngines(projects, folder, say);
  if (packed.has("@cxrkit/runtime") && projects.has("runtime"))
    await rehearseRuntime(packed.get("@cxrkit/runtime"), registry.address, folder, say);
  console.log("\n| package | packed | unpacked | files |\n|---|---|---|---|");
  const kilo = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;
  for (const { name, size, unpackedSize, numFiles } of packed.values())
    console.log(`| \`${name}\` | ${kilo(size)} | ${kilo(unpackedSize)} | ${numFiles} |`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
}
