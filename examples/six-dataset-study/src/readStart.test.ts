import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readStart } from "./readStart.js";

test("a start is read from PyTorch's file under DINOv2's names as well", async () => {
  const file = new URL("../../convert-weights/fixtures/dinov2_registers.pth", import.meta.url);
  const arrays = await readStart(fileURLToPath(file));
  expect([...arrays.keys()]).toEqual(
    expect.arrayContaining(["cls_token", "reg_token", "pos_embed", "blocks.0.attn.qkv.weight", "norm.bias"]),
  );
  expect(arrays.has("mask_token")).toBe(false);
  for (const { dtype, data, shape } of arrays.values()) {
    expect([dtype, data.constructor]).toEqual(["float32", Float32Array]);
    expect(data).toHaveLength(shape.reduce((product, size) => product * size, 1));
  }
});
