import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { useCpuBackend } from "../test/cpuBackend.js";
import { draw } from "../test/drawn.js";
import { unpack } from "../test/parityCase.js";
import {
  foldPositions,
  initialParameters,
  type PositionConvention,
  resizePositionEmbedding,
  vitPresets,
} from "./index.js";

const config = vitPresets["two-block"];
const checkpoint = (seed: number) => initialParameters(config, seed);

beforeAll(useCpuBackend);

test("resizePositionEmbedding follows each convention as PyTorch computes it", () => {
  const { expected } = JSON.parse(
    readFileSync(new URL("../fixtures/timm/positions.json", import.meta.url), "utf8"),
  ) as {
    expected: {
      convention: PositionConvention;
      stored: [number, number];
      grid: [number, number];
      width: number;
      values: string;
    }[];
  };
  expect(expected.length).toBe(24);
  for (const { convention, stored, grid, width, values } of expected) {
    const numStored = stored[0] * stored[1];
    const numWanted = grid[0] * grid[1];
    const table = draw(`positions ${stored[0]}`, numStored * width, 2);
    const positions = tf.tensor3d([7, 8, ...table], [1, 1 + numStored, width]);
    const resized = resizePositionEmbedding(positions, grid, convention, { storedGrid: stored });
    expect(resized.shape).toEqual([1, 1 + numWanted, width]);
    expect(resized.dataSync()).toBeAllclose([7, 8, ...unpack(values)], { rtol: 1e-5, atol: 2e-6 });
    const bare = tf.tensor3d(table, [1, numStored, width]);
    const withoutClass = resizePositionEmbedding(bare, grid, convention, {
      storedGrid: stored,
      classPosition: false,
    });
    expect(withoutClass.dataSync()).toEqual(resized.dataSync().slice(width));
  }
});

test("a constant table stays what it is under every convention and on every grid", () => {
  const side = fc.integer({ min: 1, max: 9 });
  const convention = fc.constantFrom<PositionConvention>("dinov2", "timm", "huggingface");
  fc.assert(
    fc.property(side, side, side, side, convention, (rows, columns, wantedRows, wantedColumns, rule) => {
      const table = tf.fill([1, rows * columns, 1], 3) as tf.Tensor3D;
      const resized = resizePositionEmbedding(table, [wantedRows, wantedColumns], rule, {
        storedGrid: [rows, columns],
        classPosition: false,
      });
      const values = [...resized.dataSync()];
      expect(values).toBeAllclose(
        values.map(() => 3),
        { rtol: 1e-5 },
      );
    }),
    { numRuns: 100 },
  );
});

test("foldPositions gives back what needs no resampling, and refuses a table of another size", () => {
  const arrays = checkpoint(1);
  expect(foldPositions(arrays, config)).toEqual({ parameters: arrays, config });
  const same = foldPositions(arrays, { ...config, storedPositions: { grid: 2, convention: "dinov2" } });
  expect(same).toEqual({ parameters: arrays, config });
  expect(() =>
    foldPositions(arrays, { ...config, storedPositions: { grid: [3, 2], convention: "timm" } }),
  ).toThrow("foldPositions: pos_embed must have shape [1, 7, 16], got [1, 5, 16]");
});

test("resizePositionEmbedding refuses a table that is no square grid", () => {
  const positions = tf.zeros([1, 7, 2]) as tf.Tensor3D;
  expect(() => resizePositionEmbedding(positions, 2, "dinov2")).toThrow(
    "resizePositionEmbedding: positions must have shape [1, 1 + G², D] for a whole G, got [1, 7, 2]",
  );
});

test("resizePositionEmbedding refuses a table that has not the stored grid, and a convention without a name", () => {
  const positions = tf.zeros([1, 7, 2]) as tf.Tensor3D;
  expect(() => resizePositionEmbedding(positions, 2, "timm", { storedGrid: [2, 4] })).toThrow(
    "resizePositionEmbedding: positions must have shape [1, 1 + 2·4, D], got [1, 7, 2]",
  );
  expect(() => resizePositionEmbedding(positions, 2, "nearest" as "timm", { storedGrid: [2, 3] })).toThrow(
    'resizePositionEmbedding: convention must be "dinov2", "timm" or "huggingface", got "nearest"',
  );
});
