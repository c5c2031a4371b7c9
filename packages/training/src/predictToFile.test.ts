import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime, type Runtime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { Table, tableFromIPC } from "apache-arrow";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cornerRows, linearModel, sourceOf } from "../test/tinyRun.js";
import { gathered } from "./_gathered.js";
import {
  type BatchSource,
  type FeatureModel,
  predict,
  predictFeatures,
  predictFeaturesToFile,
  predictToFile,
  readPredictions,
  writePredictions,
} from "./index.js";

const findings = ["nodule", 'mass, "large"'];
const rows = cornerRows(19);
const source = sourceOf(rows, 8, findings);
const weight = Array.from({ length: 32 }, (_, i) => Math.sin(i));
const model = linearModel([4, 4, 1], 2, weight);
const column = (table: Table, name: string) => [...table.getChild(name)!];
const metadata = { dataset: "corners" };

let runtime: Runtime;
let folder: string;
beforeAll(async () => {
  runtime = await openRuntime("cpu");
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "predict-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("a file has the rows, columns and metadata of the table", async () => {
  const table = await predict(model, source, { runtime, batchSize: 8, metadata });
  const path = join(folder, "test.arrow");
  const told: number[] = [];
  const onProgress = ({ numImages }: { numImages: number }) => told.push(numImages);
  expect(await predictToFile(model, source, path, { runtime, batchSize: 8, metadata, onProgress })).toBe(19);
  const again = await readPredictions(path);
  expect(again.toArray().map(String)).toEqual(table.toArray().map(String));
  expect(again.schema.metadata).toEqual(table.schema.metadata);
  expect(told).toEqual([8, 16, 19]);
  expect(await readdir(folder)).toEqual(["test.arrow"]);
});

test("a hundred and fifty thousand images become record batches of some sixteen thousand that are one table", async () => {
  const numImages = 150_000;
  const images = new Float32Array(1000 * 4).map((_, i) => i / 4000);
  const many: BatchSource = {
    numImages,
    findings: ["nodule"],
    async *batches() {
      for (let first = 0; first < numImages; first += 1000) {
        const ids = Array.from({ length: 1000 }, (_, i) => `${first + i}`);
        yield {
          images,
          labels: Float32Array.from(ids, (id) => Number(id) % 2),
          imageIds: ids,
          patientIds: ids,
        };
      }
    },
  };
  const small = linearModel([2, 2, 1], 1, [1, 2, 3, 4]);
  const path = join(folder, "many.arrow");
  await predictToFile(small, many, path, { runtime, batchSize: 1000 });
  const table = await readPredictions(path);
  expect(table.batches.map(({ numRows }) => numRows)).toEqual([
    ...Array.from({ length: 8 }, () => 17_000),
    14_000,
  ]);
  for (const row of [0, 999, 17_000, 149_999]) {
    const { imageId, "label:nodule": label, "score:nodule": score } = table.get(row)!.toJSON();
    const [a, b, c, d] = images.subarray((row % 1000) * 4, (row % 1000) * 4 + 4);
    expect([imageId, label]).toEqual([String(row), row % 2]);
    expect(score).toBeCloseTo(1 / (1 + Math.exp(-(a! + 2 * b! + 3 * c! + 4 * d!))), 6);
  }
});

test("pieces are asked for when they are needed, and no earlier", async () => {
  let asked = 0;
  const batches = async function* () {
    for (; asked < 10; asked++) {
      const values = Float32Array.of(asked);
      yield { imageIds: ["a"], patientIds: ["b"], labels: values, values, mirroredValues: undefined };
    }
  };
  const iterator = gathered(batches(), 3);
  expect((await iterator.next()).value!.values).toEqual(Float32Array.of(0, 1, 2));
  expect(asked).toBe(2);
});

test("an image that cannot be scored leaves the older file and nothing else", async () => {
  const path = join(folder, "test.arrow");
  await writeFile(path, "older");
  const images = rows.images.map((image, i) => (i === 17 ? image.map(() => Number.NaN) : image));
  const broken = sourceOf({ ...rows, images }, 8, findings);
  await expect(predictToFile(model, broken, path, { runtime, batchSize: 8 })).rejects.toThrow(
    "predictToFile: the logit of nodule for image image-17 must be a number, got NaN",
  );
  expect(await readFile(path, "utf8")).toBe("older");
  expect(await readdir(folder)).toEqual(["test.arrow"]);
});

describe("mirrored images", () => {
  const mirroredRows = {
    ...rows,
    images: rows.images.map((image) => image.map((_, i) => image[4 * (i >> 2) + 3 - (i & 3)]!)),
  };

  test("a score is the mean of the probabilities of both", async () => {
    const options = { runtime, batchSize: 8 };
    const plain = await predict(model, source, options);
    const other = await predict(model, sourceOf(mirroredRows, 8, findings), options);
    const both = await predict(model, source, { ...options, flips: true });
    for (const finding of findings) {
      const name = `score:${finding}`;
      const others = column(other, name);
      expect(column(both, name)).toEqual(column(plain, name).map((score, i) => (score + others[i]) / 2));
      expect(column(both, name)).not.toEqual(column(plain, name));
    }
  });

  test("bytes are mirrored as numbers are", async () => {
    const bytes: BatchSource = {
      ...source,
      async *batches(position) {
        for await (const batch of source.batches(position))
          yield { ...batch, images: Uint8Array.from(batch.images, (value) => 200 * value) };
      },
    };
    const asBytes = { ...model, imageDType: "uint8" as const };
    const asNumbers: BatchSource = {
      ...source,
      async *batches(position) {
        for await (const batch of bytes.batches(position))
          yield { ...batch, images: Float32Array.from(batch.images) };
      },
    };
    const options = { runtime, batchSize: 8, flips: true };
    const table = await predict(asBytes, bytes, options);
    expect(column(table, "score:nodule")).toEqual(
      column(await predict(model, asNumbers, options), "score:nodule"),
    );
  });
});

describe.each(["cpu", "onnx-cpu"] as const)("features on %s", (engine) => {
  const featureModel: FeatureModel = {
    ...model,
    features: ({ weight: w }, images) =>
      tf.relu(tf.matMul(tf.reshape(images, [-1, 16]), w as tf.Tensor2D, false, true)),
  };

  test("are a matrix with the identifiers and labels of its rows, in memory and as a file", async () => {
    const options = { runtime: await openRuntime(engine), batchSize: 8, metadata };
    const table = await predictFeatures(featureModel, source, options);
    expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "imageId Utf8",
      "patientId Utf8",
      "label:nodule Int8",
      'label:mass, "large" Int8',
      "features FixedSizeList[2]<Float32>",
    ]);
    const expected = rows.images.map((image) =>
      [0, 16].map((first) =>
        Math.max(
          0,
          image.reduce((sum, pixel, i) => sum + pixel * Math.fround(weight[first + i]!), 0),
        ),
      ),
    );
    const matrix = table.getChild("features")!.data[0]!.children[0]!.values;
    expect(matrix).toBeAllclose(expected.flat(), { rtol: 1e-5, atol: 1e-6 });
    expect(column(table, "label:nodule")).toEqual(rows.labels.map(([label]) => label));
    expect(Object.fromEntries(table.schema.metadata)).toEqual({
      ...metadata,
      format: "cxrkit.features",
      version: "1",
    });
    const path = join(folder, "features.arrow");
    expect(await predictFeaturesToFile(featureModel, source, path, options)).toBe(19);
    const again = tableFromIPC(await readFile(path));
    expect(again.toArray().map(String)).toEqual(table.toArray().map(String));
    expect(again.schema.metadata).toEqual(table.schema.metadata);
  });

  test("of another shape, or for a file of another kind, are refused", async () => {
    const options = { runtime: await openRuntime(engine), batchSize: 8 };
    const cube = { ...featureModel, features: () => tf.zeros([8, 2, 2]) as never };
    await expect(predictFeatures(cube, source, options)).rejects.toThrow(
      "predictFeatures: model.features must return shape [8, D], got [8,2,2]",
    );
    await expect(predictFeaturesToFile(featureModel, source, join(folder, "f.csv"), options)).rejects.toThrow(
      `predictFeaturesToFile: path must end in .arrow, got ${join(folder, "f.csv")}`,
    );
    expect(await readdir(folder)).toEqual([]);
  });
});

test("CSV has a heading, empty fields for ignored labels, and scores that read back to the bit", async () => {
  const table = await predict(model, source, { runtime, batchSize: 8 });
  const path = join(folder, "test.csv");
  await writePredictions(path, table);
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  expect(lines[0]).toBe(
    'imageId,patientId,label:nodule,score:nodule,"label:mass, ""large""","score:mass, ""large"""',
  );
  const cells = lines.slice(1).map((line) => line.split(","));
  expect(cells).toHaveLength(19);
  expect(cells.map(([, , , score]) => Number(score))).toEqual(column(table, "score:nodule"));
  expect(cells.map(([, , , , label]) => (label === "" ? null : Number(label)))).toEqual(
    column(table, `label:${findings[1]}`),
  );
  expect(rows.labels.flat()).toContain(null);
  await predictToFile(model, source, join(folder, "streamed.csv"), { runtime, batchSize: 8 });
  expect(await readFile(join(folder, "streamed.csv"))).toEqual(await readFile(path));
});

test("a table without rows becomes a file without rows", async () => {
  const table = await predict(model, source, { runtime, batchSize: 8 });
  const none = new Table(table.schema, []);
  await writePredictions(join(folder, "none.arrow"), none);
  expect((await readPredictions(join(folder, "none.arrow"))).numRows).toBe(0);
  await writePredictions(join(folder, "none.csv"), none);
  expect((await readFile(join(folder, "none.csv"), "utf8")).split("\n")).toHaveLength(2);
});

/** Whether a package is there; it is not where the resolver says so. */
function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(`${name}/package.json`);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
  }
}
const hasParquet = isInstalled("hyparquet-writer");

test.skipIf(hasParquet)(
  "Parquet without its package says what to install (skipped where it is installed)",
  async () => {
    const options = { runtime, batchSize: 8 };
    await expect(predictToFile(model, source, join(folder, "test.parquet"), options)).rejects.toThrow(
      "predictToFile: a path that ends in .parquet needs the package hyparquet-writer, got none; npm install",
    );
    expect(await readdir(folder)).toEqual([]);
  },
);

const python = process.env.CXRKIT_PYTHON;
const hasReaders = python !== undefined && spawnSync(python, ["-c", "import pandas, pyarrow"]).status === 0;

test.skipIf(!hasReaders || !hasParquet)(
  "pandas and pyarrow read the same table from CSV, Parquet and Arrow (skipped unless CXRKIT_PYTHON names a Python with them, and hyparquet-writer is there)",
  async () => {
    const paths = ["a.csv", "b.parquet", "c.arrow"].map((name) => join(folder, name));
    for (const path of paths) await predictToFile(model, source, path, { runtime, batchSize: 8, metadata });
    const script = new URL("../fixtures/readers/check.py", import.meta.url).pathname;
    const { stdout, stderr, status } = spawnSync(python as string, [script, ...paths], { encoding: "utf8" });
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    const [csv, parquet, arrow] = JSON.parse(stdout).files;
    const table = await readPredictions(paths[2]!);
    const expected = Object.fromEntries(table.schema.fields.map(({ name }) => [name, column(table, name)]));
    expect(csv.columns).toEqual(expected);
    expect(parquet.columns).toEqual(expected);
    expect(arrow.columns).toEqual(expected);
    expect(parquet.types).toEqual(arrow.types);
    expect(parquet.types["label:nodule"]).toBe("int8");
    expect(parquet.types["score:nodule"]).toBe("double not null");
    expect(parquet.metadata).toMatchObject({ ...metadata, format: "cxrkit.predictions", version: "1" });
    expect(arrow.metadata).toEqual({ ...metadata, format: "cxrkit.predictions", version: "1" });
  },
  60_000,
);

const rscript = process.env.CXRKIT_RSCRIPT;
test.skipIf(rscript === undefined)(
  "R reads the same table from CSV (skipped unless CXRKIT_RSCRIPT names Rscript)",
  async () => {
    const path = join(folder, "test.csv");
    await predictToFile(model, source, path, { runtime, batchSize: 8 });
    const script = new URL("../fixtures/readers/check.R", import.meta.url).pathname;
    const { stdout, status } = spawnSync(rscript as string, [script, path], { encoding: "utf8" });
    expect(status).toBe(0);
    const read = Object.fromEntries(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split("\t"))
        .map(([name, ...cells]) => [name, cells]),
    );
    const table = await predict(model, source, { runtime, batchSize: 8 });
    expect(read.imageId).toEqual(column(table, "imageId"));
    expect(read["score:nodule"]!.map(Number)).toBeAllclose(column(table, "score:nodule"), { rtol: 1e-15 });
    expect(read["label:nodule"]!.map((cell: string) => (cell === "NA" ? null : Number(cell)))).toEqual(
      column(table, "label:nodule"),
    );
  },
  60_000,
);
