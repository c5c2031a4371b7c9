import { expect, test } from "vitest";
import {
  classToken,
  depth,
  found,
  numClasses,
  patchSize,
  qkv,
  query,
  table,
  width,
} from "./nameMaps.example.js";

test("the examples of the name maps find the layout, join, describe, report and split again", () => {
  expect(found).toBe("huggingface");
  expect(qkv.shape).toEqual([24, 8]);
  expect(classToken).toMatchObject({ dtype: "float32", shape: [1, 1, 8] });
  expect({ patchSize, width, depth, numClasses }).toEqual({
    patchSize: 2,
    width: 8,
    depth: 2,
    numClasses: 3,
  });
  expect(table.split("\n")[0]).toBe('huggingface after "vit." to timm: 32 tensors, 1,435 elements');
  expect(query.data).toEqual(qkv.data.slice(0, 64));
});
