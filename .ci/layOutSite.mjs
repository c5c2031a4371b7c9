// Lays a built site into the folder of its version: "node .ci/layOutSite.mjs docs/api pages refs/tags/@cxrkit/metrics@0.1.0" writes
// pages/0.1.0, any other ref pages/main; pages/index.html leads to the newest release and pages/versions.html lists them all.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [from, to, ref = ""] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  console.error("usage: node .ci/layOutSite.mjs SITE FOLDER [REF]");
  process.exit(2);
}
const folder = /^refs\/tags\/.*@(\d+\.\d+\.\d+[\w.-]*)$/.exec(ref)?.[1] ?? "main";
mkdirSync(to, { recursive: true });
rmSync(join(to, folder), { recursive: true, force: true });
cpSync(from, join(to, folder), { recursive: true });

const numbers = (version) => version.split(/[.-]/).map((part) => Number(part) || 0);
const newestFirst = (a, b) => {
  const [x, y] = [numbers(a), numbers(b)];
  return y[0] - x[0] || y[1] - x[1] || y[2] - x[2];
};
const versions = readdirSync(to, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && /^\d+\.\d+\.\d+/.test(entry.name))
  .map(({ name }) => name)
  .sort(newestFirst);
const page = (head, body) =>
  `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="light dark">\n<title>cxrkit</title>\n${head}<body style="font-family: sans-serif">\n${body}</body>\n</html>\n`;
const latest = versions[0] ?? "main";
writeFileSync(
  join(to, "index.html"),
  page(
    `<meta http-equiv="refresh" content="0; url=${latest}/">\n`,
    `<p><a href="${latest}/">cxrkit ${latest}</a></p>\n`,
  ),
);
const items = [...versions, "main"].map((name) => `<li><a href="${name}/">${name}</a></li>`);
writeFileSync(join(to, "versions.html"), page("", `<h1>Versions</h1>\n<ul>\n${items.join("\n")}\n</ul>\n`));
writeFileSync(join(to, ".nojekyll"), "");
console.log(`${folder} laid out; the newest release is ${latest}`);
