import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Study } from "./StudyRecord.js";
import { writeFileAtomic } from "./writeFileAtomic.js";

/**
 * Keeps artefacts of different protocols apart: the first run writes the protocol's name into the folder.
 *
 * @throws Error if the folder is of another protocol.
 */
export async function claimFolder({ folder, protocol, title }: Study): Promise<void> {
  const path = join(folder, "study.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) {
    await writeFileAtomic(path, `${JSON.stringify({ title, protocol: protocol.name }, null, 2)}\n`);
    return;
  }
  const there = (JSON.parse(text) as { protocol?: string }).protocol;
  if (there !== protocol.name)
    throw new Error(
      `study: folder must be of the protocol ${protocol.name}, got ${there} in ${resolve(path)}; choose another folder with --out`,
    );
}
