import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dinov2 } from "./downloadCheckpoint.example.js";

test("the example of downloadCheckpoint takes what is in the cache, and opens it", async () => {
  const cache = await mkdtemp(join(tmpdir(), "cxrkit-cache-"));
  const folder = join(cache, "hub", "facebook--dinov2-base", "main");
  await mkdir(folder, { recursive: true });
  const small = new URL("../fixtures/transformers/dinov2_model.safetensors", import.meta.url).pathname;
  await copyFile(small, join(folder, "model.safetensors"));
  expect((await dinov2(cache)).from).toBe("huggingface");
  await rm(cache, { recursive: true });
});
