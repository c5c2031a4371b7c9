import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCheckpoint, writeSafetensors, writeTorch } from "@cxrkit/weights";

const folder = await mkdtemp(join(tmpdir(), "weights-"));
await writeTorch(join(folder, "head.pth"), {
  "head.weight": { dtype: "float32", shape: [1, 3], data: Float32Array.of(0.5, -1, 2) },
});

// An open checkpoint is written tensor by tensor, whatever its format; two tensors are in memory at most.
const checkpoint = await openCheckpoint(join(folder, "head.pth"));
await writeSafetensors(join(folder, "head.safetensors"), checkpoint);
await checkpoint.close();

const converted = await openCheckpoint(join(folder, "head.safetensors"));
export const formats = [checkpoint.format, converted.format]; // ["torch-zip", "safetensors"]
export const info = converted.info("head.weight"); // { dtype: "float32", shape: [1, 3] }, without reading it
await converted.close();
