import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringsOf } from "../src/_columns.js";
import type { Manifest } from "../src/Manifest.js";
import { temporaryFolder } from "./tinyDataset.js";

/** Writes files, by their paths, into a folder that is removed when the test ends. */
export async function writeFiles(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** One column of a manifest. */
export function columnOf(manifest: Manifest, name: string): unknown[] {
  const column = manifest.table.getChild(name);
  if (column === null) throw new Error(`no column ${name}`);
  return [...column];
}

/** One row of a manifest. */
export function rowOf(manifest: Manifest, row: number): Record<string, unknown> {
  return manifest.table.get(row)?.toJSON() as Record<string, unknown>;
}

/** Code and count of each warning. */
export function counted(manifest: Manifest): Record<string, number> {
  return Object.fromEntries(manifest.warnings.map(({ code, count }) => [code, count]));
}

/** Number of names, and their hash in this order, as the fixture has them. */
export function inOrder(names: readonly string[]): { length: number; sha256: string } {
  return { length: names.length, sha256: createHash("sha256").update(names.join("\n")).digest("hex") };
}

/** How often a finding is present, absent, uncertain and missing. */
export function countsOf(manifest: Manifest, finding: string): number[] {
  const values = columnOf(manifest, finding);
  return [1, 0, -1, null].map((label) => values.filter((value) => value === label).length);
}

/** What pandas makes of the label files in `fixtures/pandas`. */
export const pandasFolder: string = new URL("../fixtures/pandas/", import.meta.url).pathname;
export const pandas = JSON.parse(readFileSync(join(pandasFolder, "expected.json"), "utf8"));

/** `Aortic enlargement` and `PleuralEffusion_Right` as words of the vocabulary, but for those that are named otherwise. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/[ /]/g, "_")
    .toLowerCase();
}

/** Ids of the images of each split. */
export function idsOfSplit(manifest: Manifest, split: string): string[] {
  const splits = stringsOf(manifest.table, "split");
  return stringsOf(manifest.table, "imageId").filter((_, row) => splits[row] === split);
}
