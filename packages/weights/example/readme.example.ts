import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCheckpoint, writeSafetensors } from "@cxrkit/weights";

const path = join(await mkdtemp(join(tmpdir(), "weights-")), "head.safetensors");
await writeSafetensors(
  path,
  { "head.weight": { dtype: "float32", shape: [1, 3], data: Float32Array.of(0.5, -1, 2) } },
  { model: "vit-ti16" },
);

const checkpoint = await openCheckpoint(path); // reads the header only
export const { names, metadata } = checkpoint; // ["head.weight"], { model: "vit-ti16" }
export const weight = await checkpoint.get("head.weight"); // { dtype, shape: [1, 3], data: Float32Array }
await checkpoint.close();
