import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Stage, StageContext } from "./Stage.js";
import { writeFileAtomic } from "./writeFileAtomic.js";

/** What is kept of a finished stage. */
interface StageRecord {
  readonly name: string;
  readonly key: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly seconds: number;
}

/**
 * Runs a stage unless it is done: its options, the content of its inputs and its outputs are what they were.
 *
 * @param folder - Folder of the study; records go to `stages/` in it.
 * @returns `"skipped"` or `"done"`.
 * @throws Error if an input is not there, or an output is not there after the stage has run.
 */
export async function runStage(
  folder: string,
  stage: Stage,
  context: Omit<StageContext, "key">,
): Promise<"skipped" | "done"> {
  const inputs = await hashFiles(folder, stage.inputs, `stage ${stage.name}: input`);
  const key = sha256(JSON.stringify([stage.name, stage.version, stage.options, inputs]));
  const recordPath = join(folder, "stages", `${stage.name.replaceAll(/[^a-z0-9]+/gi, "-")}.json`);
  if (await isDone(folder, recordPath, key)) return "skipped";
  const begin = performance.now();
  await stage.run({ ...context, key });
  const outputs = await hashFiles(folder, stage.outputs, `stage ${stage.name}: output`);
  const record: StageRecord = { name: stage.name, key, outputs, seconds: (performance.now() - begin) / 1000 };
  await mkdir(join(folder, "stages"), { recursive: true });
  await writeFileAtomic(recordPath, `${JSON.stringify(record, null, 2)}\n`);
  return "done";
}

async function isDone(folder: string, recordPath: string, key: string): Promise<boolean> {
  let record: StageRecord;
  try {
    record = JSON.parse(await readFile(recordPath, "utf8")) as StageRecord;
  } catch {
    return false;
  }
  if (record.key !== key) return false;
  for (const [path, hash] of Object.entries(record.outputs)) {
    const now = await hashFile(resolve(folder, path)).catch(() => undefined);
    if (now === undefined) return false;
    if (now !== hash) {
      throw new Error(
        `stage ${record.name}: output must be as the stage wrote it, got other content in ${resolve(folder, path)}; delete it to have it made again`,
      );
    }
  }
  return true;
}

async function hashFiles(
  folder: string,
  paths: readonly string[],
  what: string,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const path of paths) {
    hashes[path] = await hashFile(resolve(folder, path)).catch((cause) => {
      throw new Error(`${what} must be a file that can be read, got ${resolve(folder, path)}`, { cause });
    });
  }
  return hashes;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
