import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkpointOf } from "./checkpointOf.js";
import { conversionReport } from "./conversionReport.js";
import { formatConversionReport } from "./formatConversionReport.js";
import { openCheckpoint, writeSafetensors } from "./index.js";
import { toTimm } from "./toTimm.js";

const fixtures = new URL("../fixtures/", import.meta.url).pathname;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cxrkit-report-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a report names source, transform, shape, type and hash of each tensor, and survives JSON", async () => {
  const checkpoint = await openCheckpoint(`${fixtures}jax/augreg.safetensors`);
  const report = await conversionReport(toTimm(checkpoint));
  await checkpoint.close();
  expect(report).toMatchObject({
    from: "jax",
    to: "timm",
    prefix: "",
    verified: false,
    missing: [],
    unexpected: [],
  });
  expect(report.tensors.find(({ target }) => target === "patch_embed.proj.weight")).toEqual({
    sources: ["embedding/kernel"],
    target: "patch_embed.proj.weight",
    transform: "HWIO to OIHW",
    shape: [8, 3, 2, 2],
    dtype: "float32",
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(report.numElements).toBe(
    report.tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
  );
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test("a hash is that of the bytes", async () => {
  const tensors = await collect("timm/timm_plain.safetensors");
  tensors.set("norm.bias", { dtype: "float32", shape: [8], data: new Float32Array(8) });
  const { tensors: lines } = await conversionReport(toTimm(checkpointOf(tensors)));
  // python -c "import hashlib; print(hashlib.sha256(bytes(32)).hexdigest())"
  expect(lines.find(({ target }) => target === "norm.bias")?.sha256).toBe(
    "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925",
  );
});

async function collect(file: string) {
  const checkpoint = await openCheckpoint(`${fixtures}${file}`);
  const tensors = new Map<string, Awaited<ReturnType<typeof checkpoint.get>>>();
  for (const name of checkpoint.names) tensors.set(name, await checkpoint.get(name));
  await checkpoint.close();
  return tensors;
}

test("a written file is compared byte by byte", async () => {
  const tensors = await collect("timm/dinov2_registers.safetensors");
  const converted = toTimm(checkpointOf(tensors));
  const path = join(folder, "written.safetensors");
  await writeSafetensors(path, converted);
  const written = await openCheckpoint(path);
  const report = await conversionReport(converted, { written });
  await written.close();
  expect(report.verified).toBe(true);

  const one = await converted.get("norm.bias");
  const damaged = new Map(
    await Promise.all(converted.names.map(async (name) => [name, await converted.get(name)] as const)),
  );
  damaged.set("norm.bias", { ...one, data: (one.data as Float32Array).map((x, i) => (i === 7 ? -x : x)) });
  await expect(conversionReport(converted, { written: checkpointOf(damaged) })).rejects.toThrow(
    'conversionReport: written tensor "norm.bias" must have SHA-256',
  );
  damaged.set("norm.bias", { ...one, shape: [1, 8] });
  await expect(conversionReport(converted, { written: checkpointOf(damaged) })).rejects.toThrow(
    '"norm.bias" must be float32 [8], got float32 [1, 8]',
  );
  damaged.set("norm.bias", one).set("mask_token", one);
  await expect(conversionReport(converted, { written: checkpointOf(damaged) })).rejects.toThrow(
    'written tensor "mask_token" must be one of the conversion\'s',
  );
  damaged.delete("mask_token");
  damaged.delete("norm.bias");
  await expect(conversionReport(converted, { written: checkpointOf(damaged) })).rejects.toThrow("norm.bias");
});

test("a report is stopped between two tensors", async () => {
  const converted = toTimm(checkpointOf(await collect("timm/timm_plain.safetensors")));
  await expect(conversionReport(converted, { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
});

test("the table of a report fits a terminal and names what was joined in one line", async () => {
  const tensors = await collect("transformers/vit_model.safetensors");
  tensors.set("quantiser.\u001b[2Jscale", { dtype: "float32", shape: [1], data: Float32Array.of(1) });
  const report = await conversionReport(toTimm(checkpointOf(tensors), { except: ["quantiser.*"] }));
  const text = formatConversionReport(report);
  const lines = text.split("\n");
  expect(lines[0]).toBe("huggingface to timm: 30 tensors, 1,408 elements");
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(lines.find((line) => line.startsWith("blocks.1.attn.qkv.weight"))).toMatch(
    /^blocks\.1\.attn\.qkv\.weight +\[24, 8\] +float32 +[0-9a-f]{8} +….*\{query,key,value\}\.weight, join$/,
  );
  expect(text).toContain(
    "left behind (2): pooler.dense.bias, pooler.dense.weight: pooler of the bare model, which no\n  classifier uses",
  );
  expect(text).toContain("unexpected (1): quantiser.\\u{1b}[2Jscale");
  expect(text).not.toContain("\u001b");
  expect(() => formatConversionReport(report, { width: 20 })).toThrow(
    "formatConversionReport: width must be at least 60, got 20",
  );
});
