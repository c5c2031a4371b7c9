import { fork } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fileHash } from "./fileHash.js";
import { lockStage, readHolder } from "./lockStage.js";
import { planStages } from "./planStages.js";
import { runStage } from "./runStage.js";
import { runStages } from "./runStages.js";
import type { Stage } from "./Stage.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cxrkit-graph-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A stage that joins its inputs and its word into one file, and counts how often it ran. */
function writing(
  name: string,
  inputs: readonly string[],
  word = name,
): Stage & { readonly ran: () => number } {
  let count = 0;
  const output = `${name}.txt`;
  return {
    name,
    kind: "compare",
    version: 1,
    options: { word },
    inputs,
    outputs: [output],
    async run() {
      count++;
      const parts = await Promise.all(inputs.map((path) => readFile(join(folder, path), "utf8")));
      await writeFile(join(folder, output), [...parts, word].join(" "));
    },
    ran: () => count,
  };
}

const signal = new AbortController().signal;
const quiet = { signal, progress: () => {}, note: () => {} };

/** Runs stages and gives back what became of each. */
async function run(stages: readonly Stage[]) {
  const outcomes: Record<string, string> = {};
  const show = (name: string) => ({
    ...quiet,
    finish: (outcome: string) => {
      outcomes[name] = outcome;
    },
  });
  const error = await runStages(folder, stages, { signal, show }).catch((reason: Error) => reason);
  return { outcomes, message: error?.message };
}

test("a stage that fails holds up those that need it and no others, and says so at the end", async () => {
  const failing = { ...writing("a", []), run: () => Promise.reject(new Error("a is broken")) };
  const stages = [failing, writing("b", ["a.txt"]), writing("c", ["b.txt"]), writing("d", [])];
  const { outcomes, message } = await run(stages);
  expect(outcomes).toEqual({ a: "failed", b: "waiting", c: "waiting", d: "done" });
  expect(message).toBe("a is broken\n2 stages wait for it");
  const again = await run([writing("a", []), ...stages.slice(1)]);
  expect(again).toEqual({ outcomes: { a: "done", b: "done", c: "done", d: "skipped" }, message: undefined });
});

test("a full disk ends the study at once and says what to do", async () => {
  const full = Object.assign(new Error("write"), { code: "ENOSPC" });
  const { outcomes, message } = await run([
    { ...writing("a", []), run: () => Promise.reject(full) },
    writing("b", []),
  ]);
  expect(outcomes).toEqual({ a: "failed" });
  expect(message).toMatch(/the disk of .* must have room .*; make room and give the same command again/);
});

test("a stage that another process runs is not run twice, and its holder is named", async () => {
  let release = () => {};
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = writing("a", []);
  const first = runStage(folder, { ...slow, run: (context) => waiting.then(() => slow.run(context)) }, quiet);
  await vi.waitFor(async () => expect(await readHolder(folder, "a")).toBeDefined());
  const second = await run([slow, writing("b", ["a.txt"]), writing("c", [])]);
  expect(second.outcomes).toEqual({ a: "held", b: "waiting", c: "done" });
  expect(second.message).toMatch(
    `stage a: it must not be run twice at a time, got process ${process.pid} on ${hostname()}`,
  );
  expect((await planStages(folder, [slow]))[0]).toMatchObject({
    state: "running",
    holder: { pid: process.pid },
  });
  release();
  expect(await first).toBe("done");
  expect(await readHolder(folder, "a")).toBeUndefined();
  expect(slow.ran()).toBe(1);
});

test("the lock of a process that was killed is taken over, and that of a living one is not", async () => {
  const child = fork("-e", ["setInterval(() => {}, 1000)"], { execArgv: [], stdio: "ignore" });
  const lock = join(folder, "locks", "a.lock");
  await mkdir(join(folder, "locks"));
  const holder = { host: hostname(), since: "", started: "", job: "" };
  await writeFile(lock, JSON.stringify({ ...holder, pid: process.pid }));
  expect(await lockStage(folder, "a")).toMatchObject({ pid: process.pid });
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  await writeFile(lock, JSON.stringify({ ...holder, pid: child.pid }));
  const taken = await lockStage(folder, "a");
  expect(taken).toMatchObject({ tookOver: true });
  if ("release" in taken) await taken.release();
  await expect(readFile(lock)).rejects.toThrow("ENOENT");
});

test("the lock of another machine is stale when it is silent, or of this job before it was queued again", async () => {
  const lock = join(folder, "locks", "a.lock");
  await mkdir(join(folder, "locks"));
  const holder = { pid: 1, host: "elsewhere", since: "", started: "", job: "17.3" };
  await writeFile(lock, JSON.stringify(holder));
  expect(await readHolder(folder, "a")).toEqual(holder);
  vi.stubEnv("SLURM_JOB_ID", "17");
  vi.stubEnv("SLURM_ARRAY_TASK_ID", "3");
  expect(await readHolder(folder, "a")).toBeUndefined();
  vi.stubEnv("SLURM_ARRAY_TASK_ID", "4");
  expect(await readHolder(folder, "a")).toEqual(holder);
  const past = new Date(Date.now() - 6 * 60_000);
  await utimes(lock, past, past);
  expect(await readHolder(folder, "a")).toBeUndefined();
});

test("half a lock, and anything else that is none, is taken over", async () => {
  await mkdir(join(folder, "locks"));
  await writeFile(join(folder, "locks", "a.lock"), '{"pid": 1, "ho');
  expect(await lockStage(folder, "a")).toMatchObject({ tookOver: true });
});

test("the plan says what is done, what would run and why, and what waits", async () => {
  const [a, b, c] = [writing("a", []), writing("b", ["a.txt"]), writing("c", ["b.txt"])];
  await run([a, b]);
  const states = async (stages: readonly Stage[]) =>
    (await planStages(folder, stages)).map(({ state, reason }) => [state, reason]);
  expect(await states([a, b, c])).toEqual([
    ["done", ""],
    ["done", ""],
    ["to run", "it has not run"],
  ]);
  expect(await states([{ ...a, options: { word: "other" } }, b, c])).toEqual([
    ["to run", "option word changed"],
    ["after others", "needs a"],
    ["after others", "needs b"],
  ]);
  expect(await states([{ ...a, version: 2 }])).toEqual([["to run", "the stage's code changed"]]);
  await rm(join(folder, "b.txt"));
  expect(await states([b])).toEqual([["to run", "b.txt is not there"]]);
  await writeFile(join(folder, "a.txt"), "by hand");
  expect(await states([a])).toEqual([["stuck", expect.stringMatching(/must be as the stage wrote it/)]]);
});

test("an input that is not there is named, with what to do about it", async () => {
  const { message } = await run([{ ...writing("a", ["weights.pth"]), inputHelp: "give it with --start" }]);
  expect(message).toMatch(/stage a: input must be a file that can be read, got .*weights\.pth; give it with/);
});

test("a hash is taken again when the file has changed, be its size and times the same", async () => {
  const path = join(folder, "x");
  await writeFile(path, "one");
  const before = await fileHash(folder, "x");
  const time = new Date(1e12);
  await utimes(path, time, time);
  expect(await fileHash(folder, "x")).toBe(before);
  await writeFile(path, "two");
  await utimes(path, time, time);
  expect(await fileHash(folder, "x")).not.toBe(before);
});
