import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type CompareModelsInput, type CompareModelsOptions, compareModels, seededRandom } from "./index.js";

/** Workers run built files: `npm test` builds before it tests. */
const { compareModelsInWorkers } = (await import(
  new URL("../dist/index.js", import.meta.url).href
)) as typeof import("./index.js");

const random = seededRandom(8);
const matrix = (value: () => number) => ({ data: Array.from({ length: 400 }, value), rows: 200, columns: 2 });
const input: CompareModelsInput = {
  labels: matrix(() => (random() < 0.1 ? Number.NaN : random() < 0.3 ? 1 : 0)),
  models: { a: matrix(random), b: matrix(() => Math.round(5 * random())) },
  findings: ["x", "y"],
  patients: Array.from({ length: 200 }, (_, row) => `p${Math.floor(row / 3)}`),
};
const rare = { ...input.labels, data: Array.from(input.labels.data, (_, i) => (i < 3 ? 1 : 0)) };
const everything: CompareModelsOptions = {
  seed: 3,
  replicates: 203,
  interval: "bca",
  measures: ["averagePrecision", "f1"],
  threshold: "refit-youden",
  keepReplicates: true,
};

test.each([
  ["one worker", input, { ...everything, workers: 1 }],
  ["three workers and replicates that four does not divide", input, { ...everything, workers: 3 }],
  ["more workers than resamples", input, { ...everything, interval: "basic", replicates: 3, workers: 8 }],
  ["strata", { ...input, patients: undefined, strata: input.patients }, { ...everything, workers: 2 }],
  [
    "frozen thresholds",
    input,
    { ...everything, threshold: { frozen: { a: [0.5, 0.4], b: [2, 3] } }, workers: 2 },
  ],
  [
    "redrawn resamples",
    { ...input, labels: rare },
    { seed: 3, replicates: 50, oneClass: "redraw", workers: 2 },
  ],
  ["the published protocol", input, { seed: 3, replicates: 64, protocol: "as-published", workers: 2 }],
] as const)("compareModelsInWorkers gives the digits of compareModels with %s", async (_, given, options) => {
  const { workers: __, ...alone } = options;
  const complete = given as CompareModelsInput;
  expect(await compareModelsInWorkers(complete, options)).toEqual(compareModels(complete, alone));
});

test("compareModelsInWorkers tells how far it is, up to the end", async () => {
  const told: number[] = [];
  await compareModelsInWorkers(input, {
    seed: 1,
    replicates: 400,
    workers: 2,
    onReplicate: (done, total) => {
      expect(total).toBe(400);
      told.push(done);
    },
  });
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(400);
  expect(told.length).toBeGreaterThan(10);
});

test("compareModelsInWorkers ends with the signal's reason, before the start and on the way", async () => {
  const reason = new Error("enough");
  const early = compareModelsInWorkers(input, { seed: 1, signal: AbortSignal.abort(reason) });
  await expect(early).rejects.toBe(reason);
  const controller = new AbortController();
  const late = compareModelsInWorkers(input, {
    seed: 1,
    replicates: 1e6,
    workers: 2,
    signal: controller.signal,
    onReplicate: () => controller.abort(reason),
  });
  await expect(late).rejects.toBe(reason);
});

test("compareModelsInWorkers passes on what is refused, and what its callback throws", async () => {
  const once = { ...input, labels: rare };
  await expect(compareModelsInWorkers(once, { seed: 1, oneClass: "throw", workers: 2 })).rejects.toThrow(
    /^compareModels: every resample must have both classes of every finding, got one class of x/,
  );
  await expect(compareModelsInWorkers(input, { seed: 1, workers: 0 })).rejects.toThrow(
    new RangeError("compareModelsInWorkers: workers must be an integer ≥ 1, got 0"),
  );
  await expect(compareModelsInWorkers(input, { seed: -1 })).rejects.toThrow(RangeError);
  const stop = new Error("stop");
  const onReplicate = () => {
    throw stop;
  };
  await expect(compareModelsInWorkers(input, { seed: 1, workers: 2, onReplicate })).rejects.toBe(stop);
});

test("compareModels ends when its callback aborts the signal, and at once if it is aborted already", () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const told: number[] = [];
  const onReplicate = (done: number) => {
    told.push(done);
    controller.abort(reason);
  };
  expect(() => compareModels(input, { seed: 1, signal: controller.signal, onReplicate })).toThrow(reason);
  expect(told).toEqual([4]);
  expect(() => compareModels(input, { seed: 1, signal: controller.signal, onReplicate })).toThrow(reason);
  expect(told).toEqual([4]);
});

test("compareModelsInWorkers works in a program given by --eval, whose flags no worker may have", async () => {
  const column = (random: () => number) => ({
    data: Array.from({ length: 40 }, random),
    rows: 40,
    columns: 1,
  });
  const given = {
    labels: column(() => Math.round(random())),
    models: { a: column(random), b: column(random) },
    findings: ["x"],
  };
  const program = `
    import { compareModelsInWorkers } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    const { pairs } = await compareModelsInWorkers(${JSON.stringify(given)}, { seed: 1, workers: 2 });
    process.stdout.write(JSON.stringify(pairs));`;
  const flags = ["--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  expect(JSON.parse(stdout)).toEqual(compareModels(given, { seed: 1 }).pairs);
});
