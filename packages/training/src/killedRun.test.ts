import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/** The run is a process of built files: `npm test` builds before it tests. */
const { firstDifference, killRun, outcomeOf, runToEnd } = (await import(
  new URL("../test/killing.mjs", import.meta.url).href
)) as {
  firstDifference: (outcome: object, expected: object) => string | undefined;
  killRun: (folder: string, moment: { afterMs: number; write?: number }) => Promise<string[] | undefined>;
  outcomeOf: (folder: string) => { readonly updates: string[]; readonly epochs: string[] };
  runToEnd: (folder: string) => Promise<string>;
};

let folders: string[] = [];
const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), "killed-"));
  folders = [...folders, folder];
  return folder;
};
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

let expected: ReturnType<typeof outcomeOf>;
beforeAll(async () => {
  const folder = await newFolder();
  await runToEnd(folder);
  expected = outcomeOf(folder);
}, 60_000);

test("the uninterrupted run has logged each of its 52 updates, 11 validations and 4 epochs once", () => {
  const of = (name: string) => expected.updates.filter((line) => line.includes(name));
  expect(
    [of("train/loss"), of("validation/loss"), of("epoch/trainLoss")].map(({ length }) => length),
  ).toEqual([52, 11, 4]);
  expect(expected.epochs).toHaveLength(4);
});

test.each([
  ["somewhere in its updates", { afterMs: 150 }],
  ["at the beginning of a checkpoint", { write: 4, afterMs: 0 }],
  ["in the middle of the file of the best", { write: 7, afterMs: 1 }],
])(
  "a process killed %s and started again leaves the weights, logs and predictions of an uninterrupted one",
  async (_, moment) => {
    const folder = await newFolder();
    expect(await killRun(folder, moment)).toBeDefined();
    await runToEnd(folder);
    expect(firstDifference(outcomeOf(folder), expected)).toBeUndefined();
  },
  120_000,
);
