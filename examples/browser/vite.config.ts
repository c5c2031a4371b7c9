import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { defineConfig, type Plugin } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  build: {
    outDir: "dist/page",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  resolve: { alias: { "csv-parse/sync": "csv-parse/browser/esm/sync" } },
  worker: { format: "es" },
  plugins: [offline()],
});

/** Writes the service worker with the list of the page's files and a version that changes when one of them does. */
function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    writeBundle({ dir }) {
      const out = dir as string;
      const entries = readdirSync(out, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => !path.endsWith("serviceWorker.js"))
        .sort();
      const hash = createHash("sha256");
      for (const path of files) hash.update(path).update(readFileSync(path));
      const list = files.map((path) => relative(out, path).split(sep).join("/"));
      const source = readFileSync(join(import.meta.dirname, "src/serviceWorker.js"), "utf8");
      const text = source
        .replace('"VERSION"', JSON.stringify(hash.digest("hex").slice(0, 16)))
        .replace('["FILES"]', JSON.stringify(list));
      this.fs.writeFile(join(out, "serviceWorker.js"), text);
    },
  };
}
