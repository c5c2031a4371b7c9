import { dirname, join, win32 } from "node:path";
import { type ByteSource, readBytes } from "./_byteSource.js";
import type { Contents, Entry } from "./_checkpointOfEntries.js";
import { listOf } from "./_checkpointOfEntries.js";
import { openSource } from "./_fileSource.js";
import { findDuplicateKey } from "./_findDuplicateKey.js";
import { readSafetensors } from "./_safetensors.js";
import type { CheckpointBudgets } from "./CheckpointBudgets.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** Opens the shards that a `model.safetensors.index.json` names, and holds both to each other. */
export async function readSafetensorsIndex(
  index: ByteSource,
  budgets: Required<CheckpointBudgets>,
): Promise<Contents> {
  const { weightMap, metadata } = await parseIndex(index, budgets);
  await index.close();
  const shards = new Map<string, Contents>();
  const close = async () => {
    await Promise.all([...shards.values()].map((shard) => shard.close()));
  };
  try {
    for (const file of new Set(weightMap.values())) {
      shards.set(file, await openShard(index.path, file, weightMap, budgets));
    }
    const entries = new Map<string, Entry>();
    for (const [file, shard] of shards) {
      for (const [name, entry] of shard.entries) {
        if (weightMap.get(name) !== file) throw strayTensor(index.path, name, file, weightMap.get(name));
        entries.set(name, entry);
      }
    }
    const lost = [...weightMap].find(([name]) => !entries.has(name));
    if (lost !== undefined) {
      throw new WeightFormatError(
        "missing",
        `openCheckpoint: shard ${lost[1]} must hold tensor "${lost[0]}", as ${index.path} says, got none of that name`,
        { tensor: lost[0] },
      );
    }
    return { format: "safetensors-sharded", metadata, entries, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function openShard(
  path: string,
  file: string,
  weightMap: ReadonlyMap<string, string>,
  budgets: Required<CheckpointBudgets>,
): Promise<Contents> {
  let source: ByteSource;
  try {
    source = await openSource(join(dirname(path), file));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    const names = [...weightMap].filter(([, shard]) => shard === file).map(([name]) => name);
    throw new WeightFormatError(
      "missing",
      `openCheckpoint: shard ${file} of ${path} must be in the same folder, got no such file; it holds ${names.length} tensors: ${listOf(names)}`,
      { cause },
    );
  }
  try {
    return await readSafetensors(source, budgets);
  } catch (cause) {
    await source.close();
    throw cause;
  }
}

function strayTensor(path: string, name: string, file: string, expected: string | undefined) {
  return new WeightFormatError(
    "unexpected",
    `openCheckpoint: tensor "${name}" must be in ${expected ?? "no shard"}, as ${path} says, got it in ${file}`,
    { tensor: name },
  );
}

interface Index {
  readonly weightMap: ReadonlyMap<string, string>;
  readonly metadata: ReadonlyMap<string, string>;
}

async function parseIndex(source: ByteSource, budgets: Required<CheckpointBudgets>): Promise<Index> {
  const { path, size } = source;
  const fail = (rule: string, got: string, cause?: unknown) =>
    new WeightFormatError("header", `openCheckpoint: index ${path} must ${rule}, got ${got}`, { cause });
  if (size > budgets.headerBytes) {
    throw new WeightFormatError(
      "budget",
      `openCheckpoint: index ${path} must have at most ${budgets.headerBytes} bytes, got ${size}`,
    );
  }
  let parsed: unknown;
  const bytes = await readBytes(source, 0, size);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    parsed = JSON.parse(text);
    const duplicate = findDuplicateKey(text, parsed);
    if (duplicate !== undefined) throw fail("name every key once", `"${duplicate}" twice`);
  } catch (cause) {
    if (cause instanceof WeightFormatError) throw cause;
    throw fail("be valid JSON", cause instanceof Error ? cause.message : "an error", cause);
  }
  const { weight_map: map, metadata = {} } = parsed as Record<string, unknown>;
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    throw fail("have a weight_map from tensors to shards", JSON.stringify(map) ?? "nothing");
  }
  const weightMap = new Map<string, string>();
  for (const [name, file] of Object.entries(map)) {
    if (!isShardName(file)) {
      throw fail("name shards in its own folder", JSON.stringify(file).slice(0, 80));
    }
    weightMap.set(name, file);
  }
  const numShards = new Set(weightMap.values()).size;
  if (numShards > budgets.members) {
    throw new WeightFormatError(
      "budget",
      `openCheckpoint: index ${path} must name at most ${budgets.members} shards, got ${numShards}`,
    );
  }
  const strings = Object.entries((metadata ?? {}) as Record<string, unknown>).map(
    ([key, value]): [string, string] => [key, typeof value === "string" ? value : JSON.stringify(value)],
  );
  return { weightMap, metadata: new Map(strings) };
}

/** A plain name, on every platform: no folder, no drive, nothing above. */
function isShardName(file: unknown): file is string {
  return typeof file === "string" && /^[^/\\:\0]+\.safetensors$/.test(file) && win32.basename(file) === file;
}
