import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime, type Runtime } from "@cxrkit/runtime";
import { type Table, tableFromArrays, tableToIPC, vectorFromArray } from "apache-arrow";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cornerRows, float32, linearModel, sourceOf } from "../test/tinyRun.js";
import { predict, readPredictions, writePredictions } from "./index.js";

const findings = ["nodule", "mass"];
const rows = cornerRows(19);
const source = sourceOf(rows, 8, findings);
const weight = Array.from({ length: 32 }, (_, i) => Math.sin(i));
const model = linearModel([4, 4, 1], 2, weight);

/** Scores computed without the package, in float64. */
const expectedScores = (finding: number) =>
  rows.images.map((image) => {
    const logit = image.reduce((sum, pixel, i) => sum + pixel * Math.fround(weight[finding * 16 + i]!), 0);
    return 1 / (1 + Math.exp(-logit));
  });

const column = (table: Table, name: string) => [...table.getChild(name)!];

describe.each(["cpu", "onnx-cpu"] as const)("on %s", (engine) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await openRuntime(engine);
  });

  test("one row an image with labels, scores and where they come from", async () => {
    const told: number[] = [];
    const table = await predict(model, source, {
      runtime,
      batchSize: 8,
      metadata: { dataset: "corners", seed: "7" },
      onProgress: ({ numImages, totalImages }) => {
        told.push(numImages / totalImages);
        throw new Error("full");
      },
    });
    expect(table.schema.fields.map(({ name, type, nullable }) => `${name} ${type} ${nullable}`)).toEqual([
      "imageId Utf8 false",
      "patientId Utf8 false",
      "label:nodule Int8 true",
      "score:nodule Float64 false",
      "label:mass Int8 true",
      "score:mass Float64 false",
    ]);
    expect(Object.fromEntries(table.schema.metadata)).toEqual({
      dataset: "corners",
      seed: "7",
      format: "cxrkit.predictions",
      version: "1",
    });
    expect(column(table, "imageId")).toEqual(rows.images.map((_, row) => `image-${row}`));
    expect(column(table, "patientId").slice(0, 4)).toEqual([
      "patient-0",
      "patient-0",
      "patient-1",
      "patient-1",
    ]);
    for (const [i, finding] of findings.entries()) {
      expect(column(table, `label:${finding}`)).toEqual(rows.labels.map((labels) => labels[i]));
      expect(column(table, `score:${finding}`)).toBeAllclose(expectedScores(i), { rtol: 1e-5 });
    }
    expect(rows.labels.flat()).toContain(null);
    expect(told).toEqual([8 / 19, 16 / 19, 1]);
  });

  test("the batch size does not change the scores", async () => {
    const large = await predict(model, sourceOf(rows, 32, findings), { runtime, batchSize: 32 });
    const small = await predict(model, sourceOf(rows, 3, findings), { runtime, batchSize: 3 });
    expect(column(large, "score:mass")).toBeAllclose(column(small, "score:mass"), { rtol: 1e-6 });
  });

  test("an aborted prediction ends with the signal's reason", async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));
    const options = { runtime, batchSize: 8, signal: controller.signal, onProgress };
    await expect(predict(model, source, options)).rejects.toThrow("enough");
  });

  test("a logit that is not a number is refused with image and finding", async () => {
    const images = rows.images.map((image, i) => (i === 9 ? image.map(() => Number.NaN) : image));
    await expect(
      predict(model, sourceOf({ ...rows, images }, 8, findings), { runtime, batchSize: 8 }),
    ).rejects.toThrow("predict: the logit of nodule for image image-9 must be a number, got NaN");
  });
});

describe("files", () => {
  let folder: string;
  let path: string;
  let table: Table;
  beforeAll(async () => {
    const runtime = await openRuntime("cpu");
    table = await predict(model, source, { runtime, batchSize: 8, metadata: { dataset: "corners" } });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "predictions-"));
    path = join(folder, "test.arrow");
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test("what was written is read back, and nothing else stays in the folder", async () => {
    await writeFile(path, "an older file");
    await writePredictions(path, table);
    const again = await readPredictions(path);
    expect(again.toArray().map(String)).toEqual(table.toArray().map(String));
    expect(again.schema.metadata).toEqual(table.schema.metadata);
    expect(await readdir(folder)).toEqual(["test.arrow"]);
  });

  test("a folder that does not exist is the system's error", async () => {
    await expect(writePredictions(join(folder, "none", "x.arrow"), table)).rejects.toThrow("ENOENT");
    await expect(readPredictions(join(folder, "x.arrow"))).rejects.toThrow("ENOENT");
  });

  test.each([
    ["empty", () => Buffer.alloc(0), "must be an Arrow IPC file, got another beginning"],
    ["text", () => Buffer.from("imageId,score"), "must be an Arrow IPC file, got another beginning"],
    [
      "cut off",
      (whole: Buffer) => whole.subarray(0, whole.length - 40),
      "must be whole, got a file that is cut off",
    ],
    [
      "hollow",
      (whole: Buffer) => Buffer.concat([whole.subarray(0, 8), whole.subarray(-10)]),
      "must be an Arrow IPC file, got one that cannot be parsed",
    ],
  ])("a file that is %s is refused by name", async (_, change, message) => {
    await writePredictions(path, table);
    await writeFile(path, change(await readFile(path)));
    await expect(readPredictions(path)).rejects.toThrow(`readPredictions: ${path} ${message}`);
  });

  test("a file above the limit is refused before it is read", async () => {
    await writePredictions(path, table);
    await expect(readPredictions(path, { maxBytes: 100 })).rejects.toThrow(
      /must have at most 100 bytes, got \d+; raise/,
    );
  });

  test("an Arrow file of something else is refused", async () => {
    await writeFile(path, tableToIPC(tableFromArrays({ a: [1, 2] }), "file"));
    await expect(readPredictions(path)).rejects.toThrow(
      `readPredictions: ${path}: metadata format must be "cxrkit.predictions", got none`,
    );
  });

  test("columns, types and values that do not fit are refused", async () => {
    const names = ["imageId", "patientId", "label:nodule", "score:nodule"];
    const alter = (name: string, values: unknown[]) => {
      const only = table.select(names).slice(0, values.length);
      const changed = only.setChild(name as never, vectorFromArray(values as never) as never);
      for (const [key, value] of table.schema.metadata) changed.schema.metadata.set(key, value);
      return changed;
    };
    const refused = (altered: Table) => expect(writePredictions(path, altered)).rejects;
    await refused(alter("score:nodule", Array.from(new Float64Array(3).fill(1.5)))).toThrow(
      "writePredictions: score:nodule must be in [0, 1], got 1.5 in row 0",
    );
    await refused(alter("label:nodule", [1, 0, 1])).toThrow(/column label:nodule must be Int8, got Float64/);
    await refused(table.select(["imageId", "score:mass"])).toThrow(
      /columns must be imageId, patientId and then/,
    );
    expect(await readdir(folder)).toEqual([]);
  });
});

test("a model, batch size or metadata that do not fit are refused", async () => {
  const runtime = await openRuntime("cpu");
  const three = { ...linearModel([4, 4, 1], 3), parameters: new Map([["a", float32([1], [0])]]) };
  await expect(predict(three, source, { runtime, batchSize: 8 })).rejects.toThrow(
    "predict: source.findings must name 3 findings, one for each of the model's logits, got 2",
  );
  await expect(predict(model, source, { runtime, batchSize: 0 })).rejects.toThrow(
    "predict: batchSize must be an integer of at least 1, got 0",
  );
  await expect(predict(model, source, { runtime, batchSize: 4 })).rejects.toThrow(
    "predict: source batch 0 must hold 1 to 4 images, the batch size, got 8",
  );
  await expect(predict(model, source, { runtime, batchSize: 8, metadata: { version: "7" } })).rejects.toThrow(
    'predict: metadata must leave format and version to the table itself, got version "7"',
  );
});
