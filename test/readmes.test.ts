import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = new URL("..", import.meta.url).pathname;
const packages = readdirSync(join(root, "packages"));

test.each(packages)("the example in the README of %s is the file that is tested", (name) => {
  const folder = join(root, "packages", name);
  const example = readFileSync(join(folder, "example/readme.example.ts"), "utf8");
  const blocks = [...readFileSync(join(folder, "README.md"), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  expect(blocks.map(([, block]) => block)).toContain(example);
  expect(existsSync(join(folder, "example/readme.example.test.ts"))).toBe(true);
});

test("the example in the repository's README is the file that is tested", () => {
  const example = readFileSync(join(root, "examples/compare-two-models/src/readme.example.ts"), "utf8");
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain(`\`\`\`ts\n${example}\`\`\``);
});

/** TypeScript that a test beside it imports: what the pages may show. */
function testedSources(): string[] {
  const folders = [
    ...packages.map((name) => join(root, "packages", name, "example")),
    ...readdirSync(join(root, "examples")).map((name) => join(root, "examples", name, "src")),
  ].filter((folder) => existsSync(folder));
  return folders.flatMap((folder) => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) =>
      join(folder, file),
    );
    const tests = files.filter((file) => file.endsWith(".test.ts"));
    const imported = tests.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)\.js"/g)].map(([, path]) =>
        join(dirname(file), `${path}.ts`),
      ),
    );
    return files.filter((file) => imported.includes(file)).map((file) => readFileSync(file, "utf8"));
  });
}

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs/guide")).map((name) => `docs/guide/${name}`),
  ...packages.map((name) => `packages/${name}/README.md`),
  ...readdirSync(join(root, "examples")).map((name) => `examples/${name}/README.md`),
].filter((page) => page.endsWith(".md") && existsSync(join(root, page)));

test.each(pages)("every block of TypeScript in %s stands in a file that a test imports", (page) => {
  const blocks = [...readFileSync(join(root, page), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  const sources = testedSources();
  const strangers = blocks.filter(([, block]) => !sources.some((source) => source.includes(block as string)));
  expect(strangers.map(([, block]) => block)).toEqual([]);
});

const guides = readdirSync(join(root, "docs/guide")).filter((name) => name.endsWith(".md"));

test("every guide is reached from the first page or from the guide that it names", () => {
  const links = ["README.md", "docs/guide/start-in-five-minutes.md"].flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?:docs\/guide\/)?([\w-]+\.md)/g)].map(
      ([, name]) => name,
    ),
  );
  expect(guides.filter((name) => !links.includes(name))).toEqual([]);
});
