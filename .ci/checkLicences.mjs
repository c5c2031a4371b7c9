// Fails when a package that a consumer gets (everything of the lock file that is not for development alone) has a licence that is
// not on the list, or none. "node .ci/checkLicences.mjs table" prints the direct dependencies of docs/decisions/0023.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Licences that may be handed on together with Apache-2.0, by their SPDX names. */
const compatible = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC-BY-4.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);

/** Exceptions, each with its reason. */
const argued = new Map([
  [
    "@img/sharp-",
    "LGPL-3.0-or-later: libvips as a shared library in a package of its own, loaded and not linked into ours; whoever wants can exchange it",
  ],
]);

/** Whether an SPDX expression gives a choice that is compatible, or asks for nothing that is not. */
function accepts(expression) {
  const plain = expression.replaceAll(/[()]/g, " ");
  return plain
    .split(/\sOR\s/)
    .some((choice) => choice.split(/\sAND\s/).every((one) => compatible.has(one.trim())));
}

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));

function licenceOf(path, { license }) {
  const file = join(path, "package.json");
  const manifest = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const given = manifest.license ?? manifest.licenses?.map(({ type }) => type).join(" OR ") ?? license;
  const text = typeof given === "object" ? given.type : given;
  return text === "SEE LICENSE IN LICENSE" ? undefined : text;
}

const nameOf = (path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
const reason = (name) => [...argued].find(([start]) => name.startsWith(start))?.[1];

function check() {
  const counts = new Map();
  const [faults, exceptions, unseen] = [[], [], []];
  for (const [path, entry] of Object.entries(packages)) {
    if (!path.includes("node_modules/") || entry.link || entry.dev || entry.devOptional) continue;
    const name = nameOf(path);
    const licence = licenceOf(path, entry);
    if (licence !== undefined) counts.set(licence, (counts.get(licence) ?? 0) + 1);
    if (reason(name) !== undefined) exceptions.push(`${name}: ${licence ?? "not installed here"}`);
    else if (licence === undefined && entry.optional && !existsSync(path)) unseen.push(name);
    else if (licence === undefined || !accepts(licence))
      faults.push(`${name} ${entry.version}: ${licence ?? "none"}`);
  }
  console.log(
    [...counts]
      .sort((a, b) => b[1] - a[1])
      .map(([licence, count]) => `${licence} ${count}`)
      .join(", "),
  );
  if (exceptions.length > 0) console.log(`argued: ${exceptions.length}, such as ${exceptions[0]}`);
  if (unseen.length > 0) console.log(`for other platforms, not installed here: ${unseen.length}`);
  if (faults.length === 0) return;
  console.error(`licences must be compatible with Apache-2.0, got\n${faults.join("\n")}`);
  process.exit(1);
}

/** Bytes of a folder without what is nested in it. */
function sizeOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.slice(folder.length).includes("node_modules"))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function table() {
  const users = new Map();
  const add = (manifest, user) => {
    const all = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };
    for (const name of Object.keys({ ...all, ...manifest.peerDependencies }))
      if (!name.startsWith("@cxrkit/")) users.set(name, [...(users.get(name) ?? []), user]);
  };
  for (const name of readdirSync("packages"))
    add(JSON.parse(readFileSync(`packages/${name}/package.json`)), name);
  add(JSON.parse(readFileSync("package.json")), "development");
  console.log("| dependency | of | version | licence | unpacked |\n|---|---|---|---|---|");
  for (const [name, of] of [...users].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const folder = join("node_modules", name);
    if (!existsSync(folder)) continue;
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    console.log(
      `| \`${name}\` | ${of.join(", ")} | ${version} | ${license} | ${(sizeOf(folder) / 1e6).toFixed(1)} MB |`,
    );
  }
}

if (process.argv[2] === "table") table();
else check();
