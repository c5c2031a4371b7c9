import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "./_runCli.js";
import { openCheckpoint, writeSafetensors } from "./index.js";

const fixtures = new URL("../fixtures/", import.meta.url).pathname;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cxrkit-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a command and gives its exit status, what it wrote, and what it complained of. */
async function run(...args: readonly string[]) {
  let [out, error] = ["", ""];
  const terminal = {
    write: (text: string) => {
      out += text;
    },
    status: () => {},
    environment: { CXRKIT_OFFLINE: "1", XDG_CACHE_HOME: folder },
    signal: new AbortController().signal,
  };
  const code = await runCli(args, terminal, (text) => {
    error += text;
  });
  return { code, out, error };
}

const widest = (text: string) => Math.max(...text.split("\n").map(({ length }) => length));

test("the help fits a terminal and names every option", async () => {
  const { code, out } = await run("--help");
  expect(code).toBe(0);
  expect(widest(out)).toBeLessThanOrEqual(100);
  expect(await run("convert", "--help")).toMatchObject({ code: 0, out });
  expect(out).toMatchSnapshot();
});

test("the version is that of the package", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(await run("--version")).toEqual({ code: 0, out: `${version}\n`, error: "" });
});

test.each<[string, readonly string[], number, string]>([
  ["no command", [], 2, "a command is needed: inspect, convert, download, got none; see --help"],
  ["an unknown command", ["toString"], 2, 'got "toString"; see --help'],
  ["an unknown option", ["inspect", "a", "--wrong"], 2, "Unknown option '--wrong'"],
  ["too few arguments", ["convert", "a"], 2, "expected FILE OUT, got 1 arguments; see --help"],
  ["an unknown layout", ["inspect", "a", "--from", "flax"], 2, "--from must be one of timm, dinov2"],
  [
    "an unknown ending",
    ["convert", "a", "b.txt"],
    2,
    'OUT must end in .safetensors, .pth or .pt, got "b.txt"',
  ],
  ["writing onto the input", ["convert", "a.pth", "./a.pth"], 2, "./a.pth is the file that is read"],
  [
    "a report onto the output",
    ["convert", "a.npz", "b.pth", "--report", "./b.pth"],
    2,
    "got ./b.pth for both",
  ],
  [
    "a report onto the input",
    ["convert", "a.npz", "b.pth", "--report", "a.npz"],
    2,
    "a.npz is the file that is read",
  ],
  [
    "a number of heads that is none",
    ["convert", `${fixtures}jax/augreg.npz`, "b.pth", "--to", "jax", "--heads", "0"],
    2,
    '--heads must be a whole number from 1, got "0"',
  ],
  ["a file that is not there", ["inspect", "nowhere.pth"], 1, "ENOENT"],
  ["a source that is none", ["download", "a b"], 1, "source must be owner/name"],
  [
    "a file that is not in the cache",
    ["download", "facebook/dinov2-base"],
    1,
    "curl -L --fail --create-dirs -o",
  ],
])("%s is one line on the error stream", async (_title, args, code, message) => {
  const { out, error, ...result } = await run(...args);
  expect(result.code).toBe(code);
  expect(out).toBe("");
  expect(error).toContain(message);
  expect(error.trimEnd().split("\n")).toHaveLength(1);
});

test("inspect shows layout, architecture and tensors within a hundred columns", async () => {
  const { code, out } = await run("inspect", `${fixtures}transformers/deit.safetensors`);
  expect(code).toBe(0);
  expect(widest(out.slice(out.indexOf("layout")))).toBeLessThanOrEqual(100);
  expect(out.slice(out.indexOf("layout")).split("\n").slice(0, 12).join("\n")).toMatchSnapshot();
  expect(out.replaceAll(/\s+/g, " ")).toContain("safetensors, 43 tensors, 1,478 elements");
});

test("inspect shows what it does not know, and no letters that move the cursor", async () => {
  const path = join(folder, "other.safetensors");
  await writeSafetensors(
    path,
    { "layer\u001b[2J.0": { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) } },
    { note: "two\nlines" },
  );
  const { code, out } = await run("inspect", path);
  expect(code).toBe(0);
  expect(out).toContain("layout: not known; checkpoint must have a patch embedding");
  expect(out).toContain("metadata note: two\\u{a}lines");
  expect(out).toContain("layer\\u{1b}[2J.0");
  expect(out).not.toContain("\u001b");
});

test("convert writes, compares, prints a table and keeps a report", async () => {
  const [out, report] = [join(folder, "timm.safetensors"), join(folder, "report.json")];
  const result = await run("convert", `${fixtures}jax/augreg.npz`, out, "--report", report);
  expect(result).toMatchObject({ code: 0, error: "" });
  expect(result.out).toContain("jax to timm: 32 tensors");
  expect(result.out).toContain("written file compared");
  expect(widest(result.out.slice(0, result.out.indexOf("written:")))).toBeLessThanOrEqual(100);
  const facts = JSON.parse(readFileSync(report, "utf8"));
  expect(facts).toMatchObject({
    tool: { name: "@cxrkit/weights" },
    input: { file: "augreg.npz", format: "npz", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    output: { file: "timm.safetensors" },
    from: "jax",
    to: "timm",
    verified: true,
  });
  expect(facts.tensors).toHaveLength(32);
  const written = await openCheckpoint(out);
  expect(written.info("patch_embed.proj.weight").shape).toEqual([8, 3, 2, 2]);
  expect(written.metadata).toEqual({ "cxrkit.layout": "timm" });
  await written.close();
});

test("convert goes from any layout to any other, and says where each tensor came from", async () => {
  const [hub, again, report] = ["hub.pth", "again.safetensors", "again.json"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const source = `${fixtures}timm/dinov2_registers.safetensors`;
  expect(await run("convert", source, hub, "--to", "huggingface")).toMatchObject({ code: 0 });
  expect(await run("convert", hub, again, "--to", "dinov2", "--report", report)).toMatchObject({ code: 0 });
  const { tensors, from, to } = JSON.parse(readFileSync(report, "utf8"));
  expect([from, to]).toEqual(["huggingface", "dinov2"]);
  expect(tensors.find(({ target }: { target: string }) => target === "blocks.0.attn.qkv.bias")).toMatchObject(
    {
      sources: ["query", "key", "value"].map((part) => `encoder.layer.0.attention.attention.${part}.bias`),
      transform: "join",
    },
  );
  const [before, after] = [await openCheckpoint(source), await openCheckpoint(again)];
  for (const name of before.names.filter((key) => !["cls_token", "pos_embed", "mask_token"].includes(key))) {
    expect(await after.get(name)).toEqual(await before.get(name));
  }
  await before.close();
  await after.close();
});

test("convert refuses what is left over, and takes it when it is excepted", async () => {
  const path = join(folder, "extra.safetensors");
  const source = await openCheckpoint(`${fixtures}timm/timm_plain.safetensors`);
  const tensors = new Map<string, Awaited<ReturnType<typeof source.get>>>();
  for (const name of source.names) tensors.set(name, await source.get(name));
  await source.close();
  await writeSafetensors(
    path,
    tensors.set("ema.decay", { dtype: "float64", shape: [], data: Float64Array.of(1) }),
  );
  const out = join(folder, "extra-out.pth");
  const refused = await run("convert", path, out);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.error).toContain("or they must be excepted by name, got unexpected ema.decay");
  expect(existsSync(out)).toBe(false);
  const taken = await run("convert", path, out, "--except", "ema.*", "--float32");
  expect(taken.code).toBe(0);
  expect(taken.out).toContain("unexpected (1): ema.decay");
});

test("convert says of a distilled model how to go on", async () => {
  const source = `${fixtures}timm/deit_distilled.safetensors`;
  const out = join(folder, "deit.safetensors");
  expect(await run("convert", source, out)).toMatchObject({ code: 1 });
  const { code, out: text } = await run("convert", source, out, "--ignore-distillation");
  expect(code).toBe(0);
  expect(text).toContain("drop the distillation token's position");
});

test("download shows where the file is, and what it was checked against", async () => {
  const path = join(folder, "cxrkit", "hub", "a--b", "main", "w.npz");
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, "abc");
  // printf abc | sha256sum
  const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(await run("download", "a/b", "--file", "w.npz", "--sha256", sha256)).toEqual({
    code: 0,
    out: `${path}\nin the cache: 3 B\nSHA-256: ${sha256} (as asked for)\n`,
    error: "",
  });
});

test("a command that is stopped says so", async () => {
  const error: string[] = [];
  const terminal = {
    write: () => {},
    status: () => {},
    environment: {},
    signal: AbortSignal.abort(),
  };
  const args = ["convert", `${fixtures}jax/augreg.npz`, join(folder, "stopped.safetensors")];
  expect(await runCli(args, terminal, (text) => void error.push(text))).toBe(130);
  expect(error).toEqual(["stopped\n"]);
});
