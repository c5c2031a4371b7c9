// A ViT-B of 86 million random float32 as safetensors and as .pth: listing, reading, converting, and the peak of memory.
// CXRKIT_PYTHON names a Python with safetensors and torch to measure both on the same files, in turns with ours. Files
// are in the system's cache. The command is: npm run bench -- checkpoints
import { spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { constants, copyFile, mkdtemp, open, readFile, rm, stat } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { openCheckpoint, writeSafetensors, writeTorch } from "../packages/weights/dist/index.js";

const ROUNDS = 7;
const LISTINGS = 200;
const WIDTH = 768;

const shapes = new Map([
  ["cls_token", [1, 1, WIDTH]],
  ["pos_embed", [1, 197, WIDTH]],
  ["patch_embed.proj.weight", [WIDTH, 3, 16, 16]],
  ["patch_embed.proj.bias", [WIDTH]],
  ...Array.from({ length: 12 }, (_, i) =>
    Object.entries({
      "norm1.weight": [WIDTH],
      "norm1.bias": [WIDTH],
      "attn.qkv.weight": [3 * WIDTH, WIDTH],
      "attn.qkv.bias": [3 * WIDTH],
      "attn.proj.weight": [WIDTH, WIDTH],
      "attn.proj.bias": [WIDTH],
      "norm2.weight": [WIDTH],
      "norm2.bias": [WIDTH],
      "mlp.fc1.weight": [4 * WIDTH, WIDTH],
      "mlp.fc1.bias": [4 * WIDTH],
      "mlp.fc2.weight": [WIDTH, 4 * WIDTH],
      "mlp.fc2.bias": [WIDTH],
    }).map(([name, shape]) => [`blocks.${i}.${name}`, shape]),
  ).flat(),
  ["norm.weight", [WIDTH]],
  ["norm.bias", [WIDTH]],
  ["head.weight", [1000, WIDTH]],
  ["head.bias", [1000]],
]);

/** Random elements, made when they are asked for. */
const vitB = {
  names: [...shapes.keys()],
  info: (name) => ({ dtype: "float32", shape: shapes.get(name) }),
  get(name) {
    const data = new Float32Array(shapes.get(name).reduce((product, size) => product * size, 1));
    return { dtype: "float32", shape: shapes.get(name), data: randomFillSync(data) };
  },
};

async function list(path) {
  const checkpoint = await openCheckpoint(path);
  let elements = 0;
  for (const name of checkpoint.names) {
    elements += checkpoint.info(name).shape.reduce((product, size) => product * size, 1);
  }
  await checkpoint.close();
  return elements;
}

async function readEach(path) {
  const checkpoint = await openCheckpoint(path);
  let bytes = 0;
  for (const name of checkpoint.names) bytes += (await checkpoint.get(name)).data.byteLength;
  await checkpoint.close();
  return bytes;
}

/** The whole file into one buffer, as Node reads it. */
async function readPlain(path) {
  const file = await open(path, "r");
  const { size } = await file.stat();
  const buffer = new Uint8Array(size);
  for (let done = 0; done < size; ) done += (await file.read(buffer, done, size - done, done)).bytesRead;
  await file.close();
  return buffer.length;
}

async function convert(from, to) {
  const checkpoint = await openCheckpoint(from);
  await writeSafetensors(to, checkpoint);
  await checkpoint.close();
}

/** The same with names, comparison, hashes and report, in a process of its own. */
function commandLine(from, to, report) {
  const cli = new URL("../packages/weights/dist/cli.js", import.meta.url).pathname;
  const args = [cli, "convert", from, `${to}.safetensors`, "--report", report];
  const { status, stderr } = spawnSync(process.execPath, args);
  if (status !== 0) throw new Error(String(stderr));
  return rm(`${to}.safetensors`);
}

/** A copy that is on the disk when it is done, as ours is. */
async function copy(from, to) {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const file = await open(to, "r+");
  await file.sync();
  await file.close();
}

async function timed(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];

/** Most memory of this process in bytes; the system's own maximum would count the process that started it too. */
function peakMemory() {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
  return 1024 * Number(line?.[1]);
}

if (process.argv[2] === "convert") {
  // In a process of its own, for its peak of memory.
  await convert(process.argv[3], process.argv[4]);
  console.log(peakMemory());
} else if (process.argv[2] === "start") {
  console.log(peakMemory());
} else {
  await measure(await mkdtemp(join(tmpdir(), "checkpoints-")));
}

async function measure(folder) {
  try {
    const safetensors = join(folder, "vit-b.safetensors");
    const pth = join(folder, "vit-b.pth");
    const out = join(folder, "out");
    await writeSafetensors(safetensors, vitB);
    const made = await openCheckpoint(safetensors);
    await writeTorch(pth, made);
    await made.close();
    const megabytes = (await stat(safetensors)).size / 1e6;
    console.log(
      `${cpus()[0]?.model ?? "unknown processor"}, Node ${process.versions.node}, ${megabytes.toFixed(0)} MB, medians of ${ROUNDS}, of listing of ${ROUNDS * LISTINGS}`,
    );
    const actions = {
      "list safetensors": () => list(safetensors),
      "list .pth": () => list(pth),
      "read safetensors": () => readEach(safetensors),
      "read .pth": () => readEach(pth),
      "fs.read": () => readPlain(safetensors),
      "fs.readFile": () => readFile(safetensors),
      convert: () => convert(pth, out),
      "convert, report": () => commandLine(pth, out, join(folder, "report.json")),
      "copy and flush": () => copy(pth, out),
    };
    const times = Object.fromEntries(Object.keys(actions).map((name) => [name, []]));
    const peers = {};
    // Listing goes first: giving back the memory of what the others read would be counted as its own time.
    const [listing, reading] = [true, false].map((first) =>
      Object.entries(actions).filter(([name]) => name.startsWith("list") === first),
    );
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, action] of listing) {
        for (let i = 0; i < LISTINGS; i++) {
          const ms = await timed(action);
          if (round > 0) times[name].push(ms);
        }
      }
    }
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, action] of reading) {
        const ms = await timed(action);
        if (round > 0) times[name].push(ms);
        await rm(out, { force: true });
      }
      if (round > 0 && process.env.CXRKIT_PYTHON !== undefined) collect(peers, safetensors, pth);
    }
    report(times, peers, megabytes);
    const peak = (...args) =>
      Number(spawnSync(process.execPath, [import.meta.filename, ...args]).stdout) / 1e6;
    console.log(
      `peak of memory  convert ${peak("convert", pth, out).toFixed(0)} MB, Node alone ${peak("start").toFixed(0)} MB; largest tensor 9.4 MB`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

function collect(peers, safetensors, pth) {
  const script = `${import.meta.dirname}/peers/checkpoints.py`;
  const { stdout, stderr, status } = spawnSync(process.env.CXRKIT_PYTHON, [
    script,
    safetensors,
    pth,
    String(LISTINGS),
  ]);
  if (status !== 0) throw new Error(String(stderr));
  for (const [name, ms] of Object.entries(JSON.parse(String(stdout)))) {
    peers[name] ??= [];
    peers[name].push(ms);
  }
}

function report(times, peers, megabytes) {
  const versions = peers.versions?.[0] ?? {};
  const ms = (name) => median(times[name]);
  const against = (name, other, what) =>
    `${name.padEnd(17)} ${ms(name).toFixed(2)} ms, ${what} ${other.toFixed(2)} ms: ${(ms(name) / other).toFixed(2)} times its time`;
  if (peers.list !== undefined) {
    console.log(
      against("list safetensors", median(peers.list), `safetensors ${versions.safetensors} in Python`),
    );
    console.log(against("list .pth", median(peers.list), "the same"));
    console.log(against("read safetensors", median(peers.load_file), "load_file"));
    console.log(against("read .pth", median(peers.torch_load), `torch ${versions.torch} load`));
  } else {
    for (const name of ["list safetensors", "list .pth"])
      console.log(`${name.padEnd(17)} ${ms(name).toFixed(2)} ms`);
  }
  const speed = (name) => `${((megabytes / ms(name)) * 1000).toFixed(0)} MB/s`;
  console.log(
    against("read safetensors", ms("fs.read"), "fs.read"),
    speed("read safetensors"),
    "against",
    speed("fs.read"),
  );
  console.log(against("read .pth", ms("fs.read"), "fs.read"), speed("read .pth"));
  console.log(against("read safetensors", ms("fs.readFile"), "fs.readFile"));
  console.log(against("convert", ms("copy and flush"), "copying and flushing"));
  console.log(against("convert, report", ms("copy and flush"), "the same"));
}
