import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  layerGroups,
  noDecayNames,
  numParameters,
  type PresetName,
  parameterShapes,
  type VitConfig,
  vitPresets,
} from "./index.js";

interface Architectures {
  readonly architectures: readonly {
    readonly preset: PresetName;
    readonly parameters: number;
    readonly numTensors: number;
    readonly depth: number;
    readonly numHeads: number;
    readonly fc1: number[];
    readonly fc2: number[];
    readonly positions: number[];
  }[];
  readonly registers: Groups;
  readonly fcNorm: Groups;
}

interface Groups {
  readonly groups: Readonly<Record<string, number>>;
  readonly noDecay: readonly string[];
}

const timm = (
  JSON.parse(readFileSync(new URL("../fixtures/timm/architectures.json", import.meta.url), "utf8")) as {
    expected: Architectures;
  }
).expected;

test.each(timm.architectures)("$preset has the parameters of timm's $name", (facts) => {
  const preset = vitPresets[facts.preset];
  const shapes = parameterShapes(preset);
  expect(numParameters(preset)).toBe(facts.parameters);
  expect(shapes.size).toBe(facts.numTensors);
  expect([preset.depth, preset.numHeads]).toEqual([facts.depth, facts.numHeads]);
  expect(shapes.get("blocks.0.mlp.fc1.weight")).toEqual(facts.fc1);
  expect(shapes.get("blocks.0.mlp.fc2.weight")).toEqual(facts.fc2);
  expect(shapes.get("pos_embed")).toEqual(facts.positions);
});

test("every preset that is named after published weights is compared with them", () => {
  const compared = timm.architectures.map(({ preset }) => preset);
  expect([...compared, "small", "tiny", "two-block"].sort()).toEqual(Object.keys(vitPresets).sort());
});

const threeBlocks: VitConfig = {
  ...vitPresets["two-block"],
  imageSize: 8,
  patchSize: 4,
  width: 8,
  depth: 3,
  mlpDim: 32,
  numClasses: 5,
  layerScale: true,
};

test.each([
  ["registers", { numRegisters: 2, classPosition: false }],
  ["fcNorm", { pooling: "mean", fcNorm: true }],
] as const)("depth groups and undecayed names are those of timm: %s", (name, options) => {
  const model = { ...threeBlocks, ...options };
  expect(Object.fromEntries(layerGroups(model))).toEqual(timm[name].groups);
  expect([...noDecayNames(model)].sort()).toEqual([...timm[name].noDecay].sort());
});

test("the presets have the parameter counts of the checkpoints they are named after", () => {
  const head = 769 * 14;
  // DINOv2's file holds the mask token of the pretraining as well: 768 more.
  expect(numParameters(vitPresets["dinov2-vit-b14"]) - head).toBe(86_580_480 - 768);
  expect(numParameters(vitPresets["vit-b16-in21k"]) - head).toBe(85_798_656);
});
