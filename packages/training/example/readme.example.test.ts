import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { history, predictions } from "./readme.example.js";

test("the logistic regression of the README separates its images", () => {
  expect(history).toHaveLength(20);
  expect(history[19]!.trainLoss).toBeLessThan(history[0]!.trainLoss / 2);
  const labels = [...predictions.getChild("label:nodule")!];
  const scores = [...predictions.getChild("score:nodule")!];
  const lowestPresent = Math.min(...scores.filter((_, i) => labels[i] === 1));
  const highestAbsent = Math.max(...scores.filter((_, i) => labels[i] === 0));
  expect(lowestPresent).toBeGreaterThan(highestAbsent);
  expect(predictions.numRows).toBe(48);
});

test("the README shows this file", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const example = await readFile(new URL("readme.example.ts", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
