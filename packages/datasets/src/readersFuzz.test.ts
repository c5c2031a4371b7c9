import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pandasFolder } from "../test/labelFiles.js";
import { temporaryFolder } from "../test/tinyDataset.js";
import { findings } from "./findings.js";
import type { DatasetName } from "./Manifest.js";
import { readDataset } from "./readDataset.js";

/** Label files of a collection, unpacked, by their paths. */
function labelFilesOf(name: string): Record<string, Buffer> {
  const root = join(pandasFolder, name);
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(root, path)).isFile(),
  );
  return Object.fromEntries(
    paths.map((path) => {
      const bytes = readFileSync(join(root, path));
      return path.endsWith(".gz") ? [path.slice(0, -3), gunzipSync(bytes)] : [path, bytes];
    }),
  );
}

const scraps = [
  "",
  ",",
  '"',
  '""',
  "\n",
  "\r",
  "\0",
  "../",
  "/etc/passwd",
  "-1.0",
  "2",
  "nan",
  "[]",
  "['",
  "\uFEFF",
  "9".repeat(40),
  "é".repeat(600),
];
const change = fc.record({
  file: fc.nat(),
  kind: fc.constantFrom("cut", "insert", "replace", "delete", "repeat", "flip"),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  length: fc.nat(60),
  scrap: fc.constantFrom(...scraps),
});

function mutate(
  bytes: Buffer,
  { kind, at, length, scrap }: { kind: string; at: number; length: number; scrap: string },
): Buffer {
  const start = Math.floor(at * bytes.length);
  const [before, piece, after] = [
    bytes.subarray(0, start),
    bytes.subarray(start, start + length),
    bytes.subarray(start + length),
  ];
  if (kind === "cut") return before;
  if (kind === "insert") return Buffer.concat([before, Buffer.from(scrap), piece, after]);
  if (kind === "replace") return Buffer.concat([before, Buffer.from(scrap), after]);
  if (kind === "delete") return Buffer.concat([before, after]);
  if (kind === "repeat") return Buffer.concat([before, piece, piece, after]);
  return Buffer.concat([before, piece.map((byte) => byte ^ (1 << (length & 7))), after]);
}

test.each(["chestxray14", "vindr-cxr", "chexpert", "mimic-cxr", "uka-cxr", "taix-ray", "padchest"] as const)(
  "label files of %s, however changed, give a manifest or an error that says what is wrong",
  async (name: DatasetName) => {
    const files = labelFilesOf(name);
    const paths = Object.keys(files);
    const root = await temporaryFolder();
    for (const path of paths) await mkdir(dirname(join(root, path)), { recursive: true });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (changes, published) => {
          const changed = { ...files };
          for (const item of changes) {
            const path = paths[item.file % paths.length] as string;
            changed[path] = mutate(changed[path] as Buffer, item);
          }
          for (const path of paths) await writeFile(join(root, path), changed[path] as Buffer);
          const protocol = published ? "as-published" : "corrected";
          try {
            const { table, findings: own } = await readDataset(name, root, {
              protocol,
              checkImages: false,
              views: "all",
            });
            for (const finding of own) expect(findings).toContain(finding);
            for (const path of table.getChild("path") ?? [])
              expect(path).not.toMatch(/(^|\/)\.\.(\/|$)|^\/|\\|\0/);
          } catch (error) {
            if (!(error instanceof RangeError)) throw error;
            expect(error.message).toMatch(/^readDataset: .*(must|have|be) .*got /s);
            expect(error.message.length).toBeLessThan(6000);
          }
        },
      ),
      { numRuns: 60 },
    );
  },
  60_000,
);
