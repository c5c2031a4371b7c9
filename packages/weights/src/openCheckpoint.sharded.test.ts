import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFiles } from "../test/files.js";
import { openCheckpoint, writeSafetensors } from "./index.js";

const { folder } = temporaryFiles();
const one = (value: number) => ({ dtype: "float32", shape: [1], data: Float32Array.of(value) }) as const;

/** Two shards, and an index with this text. */
async function shardedAs(name: string, index: unknown): Promise<string> {
  const place = join(folder, name);
  await mkdir(place);
  await writeSafetensors(join(place, "model-1.safetensors"), { a: one(1), b: one(2) });
  await writeSafetensors(join(place, "model-2.safetensors"), { c: one(3) });
  const path = join(place, "model.safetensors.index.json");
  await writeFile(path, typeof index === "string" ? index : JSON.stringify(index));
  return path;
}

const weightMap = { a: "model-1.safetensors", c: "model-2.safetensors", b: "model-1.safetensors" };

test("openCheckpoint reads shards as one checkpoint", async () => {
  const path = await shardedAs("whole", {
    metadata: { total_size: 12, source: "made" },
    weight_map: weightMap,
  });
  const checkpoint = await openCheckpoint(path);
  expect(checkpoint.format).toBe("safetensors-sharded");
  expect(checkpoint.names).toEqual(["a", "b", "c"]);
  expect(checkpoint.metadata).toEqual({ total_size: "12", source: "made" });
  for (const [name, value] of [
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ] as const) {
    expect((await checkpoint.get(name)).data[0]).toBe(value);
  }
  await checkpoint.close();
  await expect(checkpoint.get("a")).rejects.toThrow("must be open");
});

test.each<[string, unknown, string, string]>([
  [
    "names a tensor that its shard lacks",
    { weight_map: { ...weightMap, d: "model-2.safetensors" } },
    "missing",
    'shard model-2.safetensors must hold tensor "d"',
  ],
  [
    "places a tensor in the other shard",
    { weight_map: { ...weightMap, c: "model-1.safetensors", a: "model-2.safetensors" } },
    "unexpected",
    'tensor "c" must be in model-1.safetensors',
  ],
  [
    "leaves out a tensor of a shard",
    { weight_map: { a: "model-1.safetensors", c: "model-2.safetensors" } },
    "unexpected",
    'tensor "b" must be in no shard',
  ],
  [
    "names a shard that is not there",
    { weight_map: { ...weightMap, d: "model-3.safetensors" } },
    "missing",
    "shard model-3.safetensors of",
  ],
  [
    "leaves its folder",
    { weight_map: { a: "../whole/model-1.safetensors" } },
    "header",
    'must name shards in its own folder, got "../whole/model-1.safetensors"',
  ],
  [
    "has an absolute path",
    { weight_map: { a: "/etc/model.safetensors" } },
    "header",
    "must name shards in its own folder",
  ],
  [
    "has a path of Windows",
    { weight_map: { a: "C:\\model.safetensors" } },
    "header",
    "must name shards in its own folder",
  ],
  [
    "names a pickle",
    { weight_map: { a: "pytorch_model.bin" } },
    "header",
    "must name shards in its own folder",
  ],
  [
    "has no weight_map",
    { metadata: {} },
    "header",
    "must have a weight_map from tensors to shards, got nothing",
  ],
  ["has a list for a weight_map", { weight_map: [] }, "header", "must have a weight_map"],
  [
    "names a tensor twice",
    '{"weight_map":{"a":"model-1.safetensors","a":"model-2.safetensors"}}',
    "header",
    'must name every key once, got "a" twice',
  ],
  ["is no JSON", "{weight_map}", "header", "must be valid JSON"],
])("openCheckpoint refuses an index that %s", async (title, index, code, message) => {
  const opening = openCheckpoint(await shardedAs(title, index));
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toMatchObject({ name: "WeightFormatError", code });
});

test("openCheckpoint says which shard is broken, and keeps its budgets", async () => {
  const path = await shardedAs("broken", { weight_map: weightMap });
  await expect(openCheckpoint(path, { budgets: { members: 1 } })).rejects.toMatchObject({ code: "budget" });
  await expect(openCheckpoint(path, { budgets: { headerBytes: 30 } })).rejects.toMatchObject({
    code: "budget",
  });
  await writeFile(join(folder, "broken/model-2.safetensors"), "short");
  await expect(openCheckpoint(path)).rejects.toThrow("model-2.safetensors must be at most");
  await rm(join(folder, "broken/model-2.safetensors"));
  await expect(openCheckpoint(path)).rejects.toThrow("it holds 1 tensors: c");
});
