import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { run } from "./run.mjs";

/** Bytes, minified, that one function may cost a page: what it needs and nothing of its neighbours. */
const bounds = [
  ["metrics", 'export { rocAuc } from "@cxrkit/metrics";', 3_000],
  ["statistics", 'export { delongTest } from "@cxrkit/statistics";', 8_000],
];

async function bundle(root, name, code) {
  const entry = join(root, `${name}.entry.js`);
  await writeFile(entry, code);
  const output = await build({
    root,
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2022",
      minify: true,
      lib: { entry, formats: ["es"], fileName: name },
      rollupOptions: {
        onwarn: ({ message }) => fail(`bundle of ${name}: must give no warning, got ${message}`),
      },
    },
  });
  const [{ output: chunks }] = [output].flat();
  const script = chunks.find(({ type, isEntry }) => type === "chunk" && isEntry).code;
  return script;
}

function fail(message) {
  throw new Error(message);
}

const browsers = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Runs a script as a page's and gives the text that it leaves in the page. */
async function inBrowser(browser, folder, name, script) {
  await mkdir(folder, { recursive: true });
  const page = join(folder, `${name}.html`);
  const safe = script.replaceAll("</script", "<\\/script");
  await writeFile(
    page,
    `<!doctype html><meta charset="utf-8"><pre id="seen"></pre><script type="module">${safe}</script>`,
  );
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom"];
  const { said } = await run(browser, [...args, `file://${page}`], { timeoutMs: 120_000 });
  const [, seen] = /<pre id="seen">([\s\S]+?)<\/pre>/.exec(said) ?? [];
  return (
    seen ?? fail(`${name} in ${browser}: must leave its result in the page, got\n${said.slice(0, 2000)}`)
  );
}

/** One function of a package costs little, and `metrics` and `statistics` run in a browser as their READMEs show. */
export async function checkBundles(projects, folder, say) {
  for (const [name, code, bound] of bounds) {
    const root = projects.get(name);
    if (root === undefined) continue;
    const script = await bundle(root, "one", code);
    const [bytes, zipped] = [Buffer.byteLength(script), gzipSync(script).length];
    if (bytes > bound) fail(`${code} must cost at most ${bound} bytes, got ${bytes}`);
    say(`${code} ${bytes} bytes, ${zipped} compressed`);
  }
  const browser = browsers.find(existsSync);
  for (const name of ["metrics", "statistics"]) {
    const root = projects.get(name);
    if (root === undefined) continue;
    const show =
      'import * as seen from "./example.js";\ndocument.getElementById("seen").textContent = JSON.stringify(seen);\n';
    const script = await bundle(root, "page", show);
    if (browser === undefined) say(`@cxrkit/${name} in a browser: bundled, not run, there is no Chromium`);
    else
      say(
        `@cxrkit/${name} in a browser: ${(await inBrowser(browser, join(folder, "pages"), name, script)).slice(0, 60)} …`,
      );
  }
}
