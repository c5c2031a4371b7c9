import { mkdtempSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NamedArray } from "../src/index.js";

/** The package's committed fixtures. */
export const fixtures = new URL("../fixtures/", import.meta.url).pathname;

/** Third-party checkpoints, where somebody has them. */
export const shared = join(
  process.env.CXRKIT_DATA ?? new URL("../../../../shared/data/", import.meta.url).pathname,
  "checkpoints",
);

/** Writes files into a folder of their own. */
export function temporaryFiles(): {
  folder: string;
  write: (name: string, bytes: Uint8Array) => Promise<string>;
} {
  const folder = mkdtempSync(join(tmpdir(), "weights-"));
  return {
    folder,
    async write(name, bytes) {
      const path = join(folder, name);
      await writeFile(path, bytes);
      return path;
    },
  };
}

/** The bytes of a tensor's elements in hexadecimal digits. */
export function hexOf({ data }: NamedArray): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
}
