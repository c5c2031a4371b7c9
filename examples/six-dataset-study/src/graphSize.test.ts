import { vitPresets } from "@cxrkit/vit";
import { expect, test } from "vitest";
import { compileGraph } from "../../../packages/runtime/src/compiler/_compileGraph.js";
import { encodeModel } from "../../../packages/runtime/src/compiler/_encodeModel.js";
import { vitTrainingStep } from "./vitTrainingStep.js";

const { storedPositions: _, ...preset } = vitPresets["dinov2-vit-b14"];
/** As many blocks, parameters and operations as ViT-B/14, on narrow rows. */
const narrow = {
  ...preset,
  ...{ imageSize: 28, width: 24, numHeads: 2, mlpDim: 48 },
  storedPositions: { grid: 37, convention: "dinov2" },
} as const;

test("the training step of a transformer of twelve blocks has fewer than 1,500 nodes and no large constant", () => {
  const graph = compileGraph(vitTrainingStep(narrow, { batchSize: 2, seed: 1 }), { packs: true });
  expect(graph.nodes.length).toBeLessThan(1500);
  const operations = graph.nodes.map(({ op }) => op);
  expect(operations.filter((op) => op === "LayerNormalization")).toHaveLength(25);
  expect(operations.filter((op) => op === "HardSigmoid")).toHaveLength(12);
  expect(operations).not.toContain("Pow");
  expect(encodeModel(graph).length).toBeLessThan(2 ** 18);
});
