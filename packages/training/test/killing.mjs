// Kills runs and compares what they leave when they are gone on with to what an uninterrupted run leaves.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";

const script = join(import.meta.dirname, "killRun.mjs");

/** Starts the run in a folder; resolves with how it ended. */
function start(folder) {
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
  });
  child.stderr.on("data", (data) => {
    text += data;
  });
  const ended = new Promise((resolve) =>
    child.on("close", (status, signal) => resolve({ status, signal, text })),
  );
  return { child, ended };
}

/** Lets the run in a folder go to its end. */
export async function runToEnd(folder) {
  const { status, signal, text } = await start(folder).ended;
  if (status !== 0) throw new Error(`killing: the run must end by itself, got ${signal ?? status}: ${text}`);
  return text;
}

/**
 * Kills the run in a folder.
 *
 * @param moment - `{ afterMs }` from its first log entry on, or `{ write, afterMs }`: so many milliseconds after its
 * file number `write`, from 1, was begun under a temporary name.
 * @returns What was under way: names of temporary files that were left; undefined when the run ended before.
 */
export async function killRun(folder, { afterMs, write }) {
  const { child, ended } = start(folder);
  let numWrites = 0;
  let armed = false;
  const seen = new Set();
  const kill = () => {
    if (armed) return;
    armed = true;
    // Timers are too coarse for what takes a millisecond.
    if (afterMs < 1) child.kill("SIGKILL");
    else setTimeout(() => child.kill("SIGKILL"), afterMs);
  };
  const watcher = watch(folder, (_, name) => {
    if (name === null) return;
    if (write === undefined) {
      if (name === "updates.jsonl") kill();
    } else if (/safetensors\..*tmp$/.test(name) && !seen.has(name)) {
      seen.add(name);
      numWrites += 1;
      if (numWrites === write) kill();
    }
  });
  const { signal, status, text } = await ended;
  watcher.close();
  if (signal === "SIGKILL") return readdirSync(folder).filter((name) => name.endsWith("tmp"));
  if (status !== 0) throw new Error(`killing: the run must go on until it is killed, got ${status}: ${text}`);
  return undefined;
}

const clocked = ["train/imagesPerSecond", "epoch/seconds", "imagesPerSecond", "seconds"];

/** Entries of a log without the values of clocks. */
function entriesOf(path) {
  return readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) =>
      JSON.stringify(JSON.parse(line), (key, value) => (clocked.includes(key) ? undefined : value)),
    );
}

/** What a run leaves, to be compared for equality: bytes in hexadecimal, and log entries. */
export function outcomeOf(folder) {
  const bytes = (name) => readFileSync(join(folder, name)).toString("hex");
  const tensorsOnly = (name) => {
    const file = readFileSync(join(folder, name));
    return file.subarray(8 + Number(file.readBigUInt64LE(0))).toString("hex");
  };
  const files = readdirSync(folder).sort();
  return {
    files,
    final: bytes("final.safetensors"),
    predictions: bytes("test.arrow"),
    // Their metadata hold rates and durations.
    checkpoints: files.filter((name) => /^(epoch|best).*safetensors$/.test(name)).map(tensorsOnly),
    updates: entriesOf(join(folder, "updates.jsonl")),
    epochs: entriesOf(join(folder, "log.jsonl")),
  };
}

/** Name of the first part in which two outcomes differ; undefined when they are equal. */
export function firstDifference(outcome, expected) {
  return Object.keys(expected).find(
    (part) => JSON.stringify(outcome[part]) !== JSON.stringify(expected[part]),
  );
}
