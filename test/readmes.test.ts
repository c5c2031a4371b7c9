import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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

test("the example in the guide to the collections is the file that is tested", () => {
  const example = readFileSync(join(root, "packages/datasets/example/datasetCard.example.ts"), "utf8");
  expect(readFileSync(join(root, "docs/guide/datasets.md"), "utf8")).toContain(`\`\`\`ts\n${example}\`\`\``);
});
