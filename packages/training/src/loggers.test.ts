import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime } from "@cxrkit/runtime";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cornerRows, linearModel, sourceOf } from "../test/tinyRun.js";
import { crc32c } from "./_crc32c.js";
import { fit, openCsvLog, openJsonlLog, openTensorBoardLog, type RunLogger } from "./index.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "log-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const model = linearModel([4, 4, 1], 2);
const source = sourceOf(cornerRows(20), 8, ["nodule", "mass"]);
const train = async (loggers: readonly RunLogger[]) =>
  fit(
    model,
    { train: source, validation: source },
    {
      runtime: await openRuntime("cpu"),
      epochs: 2,
      batchSize: 8,
      learningRate: 0.05,
      maxGradientNorm: 1,
      loggers,
    },
  );

test("CRC-32C gives the values of RFC 3720", () => {
  const zeros = new Uint8Array(32);
  expect(crc32c(zeros)).toBe(0x8a9136aa);
  expect(crc32c(zeros.map(() => 0xff))).toBe(0x62a8ab43);
  expect(crc32c(zeros.map((_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(zeros.map((_, i) => 31 - i))).toBe(0x113fdb5c);
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
});

test("a JSONL log has a line for each update, validation and epoch, with the numbers of the history", async () => {
  const log = await openJsonlLog(join(folder, "run.jsonl"));
  const { history } = await train([log]);
  await log.close();
  const lines = (await readFile(join(folder, "run.jsonl"), "utf8")).trim().split("\n");
  const entries = lines.map((line) => JSON.parse(line));
  expect(entries.map(({ step, epoch }) => [step, epoch])).toEqual([
    ...[1, 2, 3, 3, 3].map((step) => [step, 1]),
    ...[4, 5, 6, 6, 6].map((step) => [step, 2]),
  ]);
  expect(Object.keys(entries[0])).toEqual([
    "step",
    "epoch",
    "train/loss",
    "train/learningRate",
    "train/imagesPerSecond",
    "train/gradientNorm",
  ]);
  const of = (name: string) => entries.filter((entry) => name in entry).map((entry) => entry[name]);
  expect(of("epoch/trainLoss")).toEqual(history.map(({ trainLoss }) => trainLoss));
  expect(of("validation/loss")).toEqual(history.map(({ validationLoss }) => validationLoss));
});

test("a CSV log has one heading, also when it is opened again", async () => {
  const path = join(folder, "run.csv");
  for (const scalars of [{ "train/loss": 0.5 }, { 'a,"b"': Number.NaN }]) {
    const log = await openCsvLog(path);
    void log.log({ step: 1, epoch: 1, scalars });
    await log.close();
    await log.close();
    expect(() => log.log({ step: 2, epoch: 1, scalars })).toThrow(/must be open, got closed$/);
  }
  expect(await readFile(path, "utf8")).toBe('step,epoch,name,value\n1,1,train/loss,0.5\n1,1,"a,""b""",NaN\n');
});

describe("what a killed process left", () => {
  const entry = (step: number) => ({ step, epoch: 1, scalars: { "train/loss": 1 / step } });
  const line = (step: number) => `{"step":${step},"epoch":1,"train/loss":${1 / step}}\n`;
  const lines = (last: number, first = 1) =>
    Array.from({ length: last - first + 1 }, (_, i) => line(first + i)).join("");

  test.each([1, 4, 8, 20, 33])(
    "a line cut off after %i characters is taken off a JSONL log",
    async (length) => {
      const path = join(folder, "run.jsonl");
      await writeFile(path, lines(3) + line(4).slice(0, length));
      const log = await openJsonlLog(path);
      void log.log(entry(4));
      await log.close();
      expect(await readFile(path, "utf8")).toBe(lines(4));
    },
  );

  test.each([
    ["step,epo", ""],
    ["step,epoch,name,value\n1,1,a,2\n13", "1,1,a,2\n"],
    ["step,epoch,name,value\n1,1,a,2\n13,1,tra", "1,1,a,2\n"],
  ])("a line cut off is taken off a CSV log: %j", async (before, kept) => {
    const path = join(folder, "run.csv");
    await writeFile(path, before);
    const log = await openCsvLog(path);
    void log.log(entry(1));
    await log.close();
    expect(await readFile(path, "utf8")).toBe(`step,epoch,name,value\n${kept}1,1,train/loss,1\n`);
  });

  test("a last line that is none of ours stays and is ended", async () => {
    const path = join(folder, "notes.jsonl");
    await writeFile(path, "mine\nmine too");
    const log = await openJsonlLog(path, { oneRun: true });
    void log.log(entry(1));
    await log.begin!(0);
    await log.close();
    expect(await readFile(path, "utf8")).toBe("mine\nmine too\n");
  });

  test("entries after the update at which a run goes on are taken off the log of one run, however many", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3000), fc.nat(3000), fc.boolean(), async (last, begun, isCsv) => {
        const path = join(folder, `${last}-${begun}.${isCsv ? "csv" : "jsonl"}`);
        const open = () => (isCsv ? openCsvLog : openJsonlLog)(path, { oneRun: true });
        const write = async (first: number, end: number, begin?: number) => {
          const log = await open();
          if (begin !== undefined) await log.begin!(begin);
          for (let step = first; step <= end; step++) void log.log(entry(step));
          await log.close();
        };
        await write(1, last);
        await write(begun + 1, begun + 2, begun);
        const text = await readFile(path, "utf8");
        await rm(path);
        const kept = Math.min(last, begun);
        const steps = text
          .trim()
          .split("\n")
          .slice(isCsv ? 1 : 0)
          .map((one) => Number(/\d+/.exec(one)![0]));
        expect(steps).toEqual([...Array.from({ length: kept }, (_, i) => i + 1), begun + 1, begun + 2]);
      }),
      { numRuns: 30 },
    );
  });

  test("a log that others share keeps all its lines", async () => {
    const log = await openJsonlLog(join(folder, "run.jsonl"));
    expect(log.begin).toBeUndefined();
    await log.close();
  });
});

test("entries arrive in their order however many there are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { minLength: 1, maxLength: 200 }), async (steps) => {
      const path = join(folder, `${Math.random()}.jsonl`);
      const log = await openJsonlLog(path);
      for (const [i, step] of steps.entries()) {
        void log.log({ step, epoch: 1, scalars: {} });
        if (step % 7 === i % 7) await log.flush();
      }
      await log.close();
      const lines = (await readFile(path, "utf8")).trim().split("\n");
      expect(lines.map((line) => JSON.parse(line).step)).toEqual(steps);
    }),
    { numRuns: 20 },
  );
});

test("a logger that throws, rejects or cannot flush is counted and does not end the run", async () => {
  const broken: RunLogger[] = [
    {
      log: () => {
        throw new Error("disk gone");
      },
    },
    {
      log: async () => Promise.reject(new Error("late")),
      flush: async () => Promise.reject(new Error("no")),
    },
  ];
  const { step, numCallbackErrors, firstCallbackError } = await train(broken);
  expect(step).toBe(6);
  expect(numCallbackErrors).toBe(21);
  expect(firstCallbackError).toEqual(new Error("disk gone"));
});

/** Cuts a file into its records, each checked. */
function recordsOf(file: Buffer): Buffer[] {
  const unmasked = (crc: number) => {
    const turned = (crc - 0xa282ead8) >>> 0;
    return ((turned >>> 17) | (turned << 15)) >>> 0;
  };
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(unmasked(file.readUInt32LE(at + 8))).toBe(crc32c(file.subarray(at, at + 8)));
    expect(unmasked(file.readUInt32LE(at + 12 + length))).toBe(crc32c(data));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

test("a TensorBoard log is a file of whole records that begins with its version", async () => {
  const log = await openTensorBoardLog(join(folder, "new"), { now: () => 1_700_000_000_500 });
  await train([log]);
  await log.close();
  const [name] = await readdir(join(folder, "new"));
  expect(name).toMatch(/^events\.out\.tfevents\.1700000000\./);
  const records = recordsOf(await readFile(join(folder, "new", name!)));
  expect(records).toHaveLength(2 + 10);
  expect(records[0]!.toString("latin1")).toContain("brain.Event:2");
  expect(records[0]!.readDoubleLE(1)).toBe(1_700_000_000.5);
});

const python = process.env.CXRKIT_PYTHON;
const hasTensorBoard = python !== undefined && spawnSync(python, ["-c", "import tensorboard"]).status === 0;
test.skipIf(!hasTensorBoard)(
  "TensorBoard's own reader gives the numbers back, and drops what a resumed run logs again (skipped unless CXRKIT_PYTHON names a Python with tensorboard)",
  async () => {
    const entry = (step: number, loss: number) => ({ step, epoch: 1, scalars: { "train/loss": loss } });
    const first = await openTensorBoardLog(folder, { now: () => 1_700_000_000_000 });
    for (const step of [1, 2, 3, 4]) void first.log(entry(step, 1 / step));
    await first.close();
    const second = await openTensorBoardLog(folder, { now: () => 1_700_000_010_000 });
    for (const step of [3, 4, 5]) void second.log(entry(step, -step));
    void second.log({ step: 2 ** 40, epoch: 2, scalars: { "validation/läsion": Number.NaN } });
    await second.close();
    const script = new URL("../fixtures/tensorboard/check.py", import.meta.url).pathname;
    const { stdout, stderr, status } = spawnSync(python as string, [script, folder], { encoding: "utf8" });
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    const { scalars } = JSON.parse(stdout);
    const [loss, finding] = [scalars["train/loss"], scalars["validation/läsion"]];
    expect(loss.map(([step]: number[]) => step)).toEqual([1, 2, 3, 4, 5]);
    expect(loss.map(([, , value]: number[]) => value)).toEqual([1, 0.5, -3, -4, -5]);
    expect(loss.map(([, time]: number[]) => time)).toEqual([1, 1, 11, 11, 11].map((s) => 1_699_999_999 + s));
    expect(finding).toEqual([[2 ** 40, 1_700_000_010, null]]);
  },
  60_000,
);
