import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ignored, ones, zeros } from "./uncertainLabels.example.js";

test("an uncertain label is left out, absent or present as the policy of the example says", () => {
  const uncertain = [...ignored.data.keys()].filter((i) => Number.isNaN(ignored.data[i]));
  expect(uncertain.length).toBeGreaterThan(0);
  for (const i of uncertain) expect([zeros.data[i], ones.data[i]]).toEqual([0, 1]);
});

test("the guide shows this example", async () => {
  const example = await readFile(new URL("uncertainLabels.example.ts", import.meta.url), "utf8");
  const guide = await readFile(new URL("../../../docs/guide/datasets.md", import.meta.url), "utf8");
  expect(guide).toContain(`\`\`\`ts\n${example}\`\`\``);
});
