// Fails when the built site ("node .ci/checkLinks.mjs docs/api") has a link to a file or an anchor that is not there, an address
// that is none, or a page of prose that was copied as it is instead of being made a page of the site.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const root = process.argv[2] ?? "docs/api";
const files = new Set(
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => normalize(join(entry.parentPath, entry.name))),
);
const pages = new Map(
  [...files]
    .filter((path) => path.endsWith(".html"))
    .map((path) => {
      // What stands in code is an example of a link, not one.
      const html = readFileSync(path, "utf8").replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, "");
      return [path, html];
    }),
);
const anchors = new Map(
  [...pages].map(([path, html]) => [
    path,
    new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)),
  ]),
);

const decode = (text) => text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'");

/** What is wrong with a link, or undefined. */
function fault(page, link) {
  if (/^[a-z][a-z+.-]*:/i.test(link)) {
    if (link.startsWith("data:") || link.startsWith("mailto:")) return undefined;
    return URL.canParse(link) && /^https?:\/\/[^/]+\.[^/]+/.test(link) ? undefined : "is no address";
  }
  const [path, anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), decodeURIComponent(path)));
  if (!files.has(target)) return "is not there";
  if (target.endsWith(".md")) return "is not a page of the site";
  if (!anchor) return undefined;
  return anchors.get(target)?.has(decodeURIComponent(anchor)) === false ? "has no such anchor" : undefined;
}

let links = 0;
const faults = [];
for (const [page, html] of pages) {
  for (const [, raw] of html.matchAll(/<(?:a|img|link|source)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
    const link = decode(raw);
    if (link === "" || link === "#") continue;
    links++;
    const why = fault(page, link);
    if (why !== undefined) faults.push(`${page}: ${link} ${why}`);
  }
}
if (pages.size === 0) faults.push(`${root}: must have pages, got none`);
if (faults.length > 0) {
  console.error([...new Set(faults)].join("\n"));
  process.exit(1);
}
console.log(`${pages.size} pages, ${links} links, each leads somewhere`);
